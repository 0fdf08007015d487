-- The bot's own database. Steps, a blank line between two, only ever added: `PRAGMA user_version` counts those that a
-- file has seen.
CREATE TABLE chats (channel TEXT, chat TEXT, plan TEXT NOT NULL DEFAULT '', language TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (channel, chat));
CREATE TABLE topics (channel TEXT, chat TEXT, user TEXT, topic TEXT NOT NULL, at REAL NOT NULL,
    PRIMARY KEY (channel, chat, user));
CREATE TABLE choices (channel TEXT, chat TEXT, user TEXT, actions TEXT NOT NULL, at REAL NOT NULL,
    PRIMARY KEY (channel, chat, user));
CREATE TABLE people (channel TEXT, user TEXT, role TEXT NOT NULL, name TEXT NOT NULL, chat TEXT NOT NULL,
    at REAL NOT NULL, PRIMARY KEY (channel, user));
CREATE TABLE pairings (code TEXT PRIMARY KEY, channel TEXT, user TEXT, name TEXT NOT NULL, chat TEXT NOT NULL,
    at REAL NOT NULL, UNIQUE (channel, user));
CREATE TABLE invitations (token TEXT PRIMARY KEY, role TEXT NOT NULL, at REAL NOT NULL);
CREATE TABLE refusals (channel TEXT, user TEXT, at REAL NOT NULL, PRIMARY KEY (channel, user));
CREATE TABLE answers (id INTEGER PRIMARY KEY AUTOINCREMENT, channel TEXT NOT NULL, chat TEXT NOT NULL,
    user TEXT NOT NULL, question TEXT NOT NULL, headline TEXT NOT NULL, language TEXT NOT NULL,
    kind TEXT NOT NULL, citations TEXT NOT NULL, seconds REAL NOT NULL, rating INTEGER NOT NULL DEFAULT 0,
    forwarded INTEGER NOT NULL DEFAULT 0, at REAL NOT NULL);
CREATE INDEX answers_at ON answers (at);

CREATE TABLE telegram_inbox (id INTEGER PRIMARY KEY, body TEXT NOT NULL, at REAL NOT NULL);
CREATE TABLE telegram_shown (chat TEXT, message INTEGER, question INTEGER, ref TEXT NOT NULL, at REAL NOT NULL,
    PRIMARY KEY (chat, message));
CREATE INDEX telegram_shown_question ON telegram_shown (chat, question);

CREATE TABLE links (channel TEXT, user TEXT, of_channel TEXT NOT NULL, of_user TEXT NOT NULL, at REAL NOT NULL,
    PRIMARY KEY (channel, user));
CREATE TABLE link_codes (code TEXT PRIMARY KEY, channel TEXT, user TEXT, at REAL NOT NULL);
CREATE TABLE zalo_inbox (channel TEXT, message TEXT, chat TEXT NOT NULL, body TEXT NOT NULL, sent REAL NOT NULL,
    state TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0, at REAL NOT NULL, PRIMARY KEY (channel, message));
CREATE INDEX zalo_inbox_state ON zalo_inbox (channel, state, chat);
CREATE TABLE zalo_rests (channel TEXT, chat TEXT, user TEXT, text TEXT NOT NULL, buttons TEXT NOT NULL,
    PRIMARY KEY (channel, chat, user));
CREATE TABLE zalo_counts (channel TEXT, month TEXT, messages INTEGER NOT NULL, PRIMARY KEY (channel, month));
CREATE TABLE zalo_tokens (app TEXT PRIMARY KEY, seed TEXT NOT NULL, access TEXT NOT NULL, refresh TEXT NOT NULL,
    expires REAL NOT NULL);

CREATE TABLE secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL, until REAL NOT NULL);

ALTER TABLE zalo_inbox RENAME TO mailbox;
INSERT INTO mailbox SELECT 'telegram', id, coalesce(json_extract(body, '$.message.chat.id'),
    json_extract(body, '$.edited_message.chat.id'), json_extract(body, '$.callback_query.message.chat.id')),
    body, id, 'waiting', 0, at FROM telegram_inbox WHERE body <> '';
DROP TABLE telegram_inbox;

CREATE TABLE units (channel TEXT, user TEXT, unit TEXT NOT NULL, PRIMARY KEY (channel, user));

CREATE TABLE told (plan TEXT PRIMARY KEY, version INTEGER NOT NULL);
CREATE TABLE reminded (channel TEXT, user TEXT, day TEXT NOT NULL, week TEXT NOT NULL,
    PRIMARY KEY (channel, user));
CREATE TABLE unwanted (channel TEXT, user TEXT, notice TEXT, PRIMARY KEY (channel, user, notice));
CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, who TEXT NOT NULL, deed TEXT NOT NULL,
    what TEXT NOT NULL, outcome TEXT NOT NULL DEFAULT '');
