"""Does this clause answer this question, and with which of its words? One `Reader` protocol, two readers."""
