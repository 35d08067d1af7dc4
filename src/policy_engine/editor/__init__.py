"""The language server: rule files explained, completed and checked while they are written.

``server.py`` speaks the protocol; everything else knows texts, offsets and policies only, and nothing of a client.
"""
