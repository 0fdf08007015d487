"""The web page: the chat over the same conversation core, the plans to read, the tasks, the admin's house-keeping.

Server-rendered, without any outside asset; every page works without its script. `channel` puts it together, `guard`
says who may see what, `view` renders; each page has a module of its own, the pure parts in front (`reading` alone).
"""
