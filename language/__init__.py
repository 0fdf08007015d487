"""How officers write and how scans read: spelling, diacritics, abbreviations, chat habits, English words, OCR garble.

Counts and lists ship in `data/`; everything works on copies of texts. Imports only `plan`.
"""
