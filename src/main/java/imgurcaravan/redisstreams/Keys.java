package imgurcaravan.redisstreams;

/** The Redis keys of one queue; all are in one slot of a cluster. */
record Keys(String stream, String deadLetters, String results, String duplicates) {

    static Keys of(String stream, String deadLetters) {
        if (stream.isBlank()) {
            throw new IllegalArgumentException("The name of the stream is missing");
        }
        int open = stream.indexOf('{');
        int close = stream.indexOf('}', open + 1);
        boolean tagged = open >= 0 && close > open + 1;
        if (!tagged && (open >= 0 || close >= 0)) {
            // No names for the other keys would be in the same slot of a cluster.
            throw new IllegalArgumentException(
                    "The name of the stream may hold braces only around a hash tag: " + stream);
        }
        String tag = tagged ? stream : '{' + stream + '}';
        String dead = deadLetters == null || deadLetters.isBlank() ? tag + ":dead" : deadLetters;
        return new Keys(stream, dead, tag + ":results", tag + ":key:");
    }

    String duplicate(String key) {
        return duplicates + key;
    }
}
