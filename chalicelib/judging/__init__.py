"""What a complaint says: from its words and answers to a tier, with the reasons.

Pure, and cheap to import: the two native libraries are loaded when a rulebook is built.
"""
