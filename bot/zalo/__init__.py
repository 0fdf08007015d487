"""Zalo: two services of one company, the Zalo Bot Platform (`bot_*`) and the Official Account (`oa_*`).

Their contracts differ in everything (addresses, proofs, errors, limits); what they share is the mailbox, the order of a
chat's messages, and how a reply becomes one message of 2,000 characters with numbers in place of buttons.
"""
