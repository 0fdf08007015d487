"""Everything that Zalo decides and we only know: paths, limits, names of events, error codes. Servers: `bot.settings`.

Gathered from public code and pages up to November 2026, as the official pages could not be read; when something turns
out to be different, this is the one place to change.
"""

from __future__ import annotations

from bot.conversation.messages import Content

# Both services
TEXT_LIMIT = 2000  # characters of one message, after NFC; UTF-16 units, to be on the safe side
WEBHOOK_AGE = 2 * 3600  # seconds: Zalo repeats a failed call for 1 h 51 min, with its first timestamp
CLOCK_SKEW = 5 * 60  # seconds that a timestamp may lie ahead

# Zalo Bot Platform
POLL_SECONDS = 30  # how long getUpdates waits for a message
POLL_SLACK = 10  # how much longer our own time-out is
FAST_IDLE = 5  # an empty poll that comes back sooner than this did not wait …
IDLE_PAUSE = 2  # … so we do
TYPING_SECONDS = 4  # "typing" fades; it is shown anew this often
SECRET_HEADER = "x-bot-api-secret-token"
NO_UPDATES = 408  # an idle poll's error code; over HTTP it may be a 200 or a 408
BAD_REQUEST = 400  # among other things: formatting that Zalo does not like
BAD_TOKEN = 401
QUOTA = 429
BOT_PASSING = frozenset({403, 429, 500, 502, 503, 504})  # 403 is labelled "Internal server error" there
BOT_ALARMS = {BAD_TOKEN: "zalo.bad_token", QUOTA: "zalo.quota_used"}  # what an admin is told
BOT_EVENTS = {
    "message.text.received": Content.TEXT,
    "message.image.received": Content.PHOTO,
    "message.sticker.received": Content.STICKER,
    "message.voice.received": Content.VOICE,
    "message.unsupported.received": Content.OTHER,  # files, links, videos: nothing of them is told
}

# Zalo Official Account
OA_TOKEN_PATH = "/v4/oa/access_token"
OA_SEND_PATH = "/v3.0/oa/message/cs"
OA_REACT_PATH = "/v2.0/oa/message"
REACTION = "/-strong"  # a raised thumb
OA_UPLOAD_PATH = "/v2.0/oa/upload/file"
OA_PICTURE_PATH = "/v2.0/oa/upload/image"
SIGNATURE_HEADER = "x-zevent-signature"
REFRESH_BEFORE = 5 * 3600  # seconds before an access token's end (25 h) that it is renewed
TOKEN_LIFE = 25 * 3600  # when the reply does not say
BUTTONS = 5  # of one message
BUTTON_TITLE = 100
FILE_OUT_BYTES = 5 * 1024 * 1024
PICTURE_OUT_BYTES = 1024 * 1024
FILE_OUT_TYPES = (".pdf", ".doc", ".docx")
FILE_IN_BYTES = 20 * 1024 * 1024  # our own limit
FREE_WINDOW = 48 * 3600  # since the person's last message: answers are free
SEND_WINDOW = 7 * 24 * 3600  # later than this nothing is delivered
OA_EVENTS = {
    "user_send_text": Content.TEXT,
    "user_send_link": Content.OTHER,
    "user_send_image": Content.PHOTO,
    "user_send_gif": Content.STICKER,
    "user_send_sticker": Content.STICKER,
    "user_send_audio": Content.VOICE,
    "user_send_video": Content.OTHER,
    "user_send_location": Content.LOCATION,
    "user_send_business_card": Content.OTHER,
    "user_send_file": Content.FILE,
}
OA_FOLLOW = "follow"
OA_STALE_TOKEN = frozenset({-216, -220, -124, 401})
OA_DEAD_REFRESH = frozenset({-118, -14014, -14003})
OA_BUSY = frozenset({-32, 429, 500, 502, 503, 504})
OA_ALARMS = {-211: "zalo.oa_quota_used", -218: "zalo.oa_quota_used"}  # what an admin is told
OA_MEANINGS = {
    -32: "too many calls a minute",
    -201: "a parameter is wrong",
    -210: "the message or file is too large",
    -211: "the quota of this kind of message is used up",
    -213: "the person does not follow the account",
    -216: "the access token is not valid",
    -218: "the quota of this kind of message is used up",
    -220: "the access token has expired",
    -227: "the person's account is locked or has not been used for 45 days",
    -230: "the person has not written for 7 days, so nothing may be sent",
    -232: "the person has not written for 7 days, so nothing may be sent",
    -233: "this type of message is not allowed",
    -240: "this version of the message API has been closed",
}
