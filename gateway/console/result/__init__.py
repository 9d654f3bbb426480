"""The page of a result: what came of an experiment, made ready to be read. Pure: a result in, words and pictures out."""
