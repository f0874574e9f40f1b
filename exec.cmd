@rem npm scripts begin with "exec" so that signals reach Clarion; Windows has no such word.
@%*
