"""Tracks in XML, TCX and GPX: how their points are cut out, valued, and told apart by activity, lap and pause."""
