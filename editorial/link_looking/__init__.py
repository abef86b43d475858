"""Links followed politely and safely, when the operator allows it: what is there now, and where an archived copy is."""
