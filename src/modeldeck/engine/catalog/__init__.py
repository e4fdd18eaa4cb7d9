"""All models of all providers: fetched, completed, named, filtered, compared with before."""
