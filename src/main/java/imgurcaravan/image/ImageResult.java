package imgurcaravan.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import imgurcaravan.run.Outcome;

/**
 * The result of an image, as a worker reports it to the processes that poll: one small JSON text.
 *
 * @param id the image's id
 * @param url its URL, for the log
 * @param outcome how it ended
 * @param bytes size of its file; 0 if there is none
 * @param reason why it failed, as in the log of the worker; null if it did not
 */
record ImageResult(String id, String url, Outcome outcome, long bytes, String reason) {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    ImageResult {
        if (!Image.isId(id) || outcome == null || bytes < 0) {
            throw new IllegalArgumentException("no result of an image");
        }
    }

    /** @throws JsonProcessingException if the text is not a result */
    static ImageResult fromJson(String json) throws JsonProcessingException {
        return JSON.readValue(json, ImageResult.class);
    }

    String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A result can always be written", e);
        }
    }
}
