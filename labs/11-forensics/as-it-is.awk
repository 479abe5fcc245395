# as-it-is.awk - a recording without changes.
{ print }
