"""The plans for every door (terminal, chat, page, watched folder): taken in, reviewed, named, looked up."""
