package imgurcaravan.image;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * One image to fetch: the message that crosses the queue, as a small JSON text.
 *
 * <p>Unknown JSON fields are ignored, so that an older worker can read the messages of a newer poller; and fields after
 * the poll's id may be missing, so that a newer worker can read those of an older one.
 *
 * @param id Imgur's id, 3 to 16 of {@code [A-Za-z0-9]} (5 or 7 are in use)
 * @param url where to fetch it; checked against the host policy before every use
 * @param type media type as Imgur lists it; the first bytes determine the type of the file
 * @param size size in bytes as Imgur lists it, 0 if unknown; evidence, not proof
 * @param animated whether the image moves
 * @param postId id of the image's post
 * @param postTitle title of the image's post, truncated to 500 characters, or null
 * @param pollId the poll that listed it
 * @param title title of the image itself, truncated to 500 characters, or null; few images of albums have one
 * @param description as Imgur shows it, truncated to 1,000 characters, or null
 * @param position place in its post, from 1; 0 if unknown
 * @param datetime when it was uploaded, in seconds since 1970; 0 if unknown
 * @param width in pixels; 0 if unknown
 * @param height in pixels; 0 if unknown
 * @param points upvotes minus downvotes, of the image or else of its post; 0 if unknown
 * @param views of the image, or else of its post; 0 if unknown
 * @param tags names of the tags of its post, at most 30 of at most 100 characters
 * @param nsfw whether the image or its post is marked as not safe for work
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Image(
        @JsonProperty("id") String id,
        @JsonProperty("url") String url,
        @JsonProperty("type") String type,
        @JsonProperty("size") long size,
        @JsonProperty("animated") boolean animated,
        @JsonProperty("postId") String postId,
        @JsonProperty("postTitle") String postTitle,
        @JsonProperty("pollId") String pollId,

        @JsonProperty("title") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        String title,

        @JsonProperty("description") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        String description,

        @JsonProperty("position") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        int position,

        @JsonProperty("datetime") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        long datetime,

        @JsonProperty("width") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        int width,

        @JsonProperty("height") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        int height,

        @JsonProperty("points") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        long points,

        @JsonProperty("views") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        long views,

        @JsonProperty("tags") @JsonInclude(JsonInclude.Include.NON_EMPTY)
        List<String> tags,

        @JsonProperty("nsfw") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        boolean nsfw) {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9]{3,16}");
    private static final Pattern URL = Pattern.compile("[\\x21-\\x7e]{1,2000}");
    private static final Pattern HALF = Pattern.compile("[\\uD800-\\uDFFF]");
    private static final int MAX_TITLE = 500;
    private static final int MAX_DESCRIPTION = 1_000;
    private static final int MAX_POSITION = 999_999;
    private static final int MAX_TAGS = 30;
    private static final int MAX_TAG = 100;
    /** The last second of the year 9999. */
    private static final long MAX_DATETIME = 253_402_300_799L;

    /** More than the longest image needs, of whose characters JSON may write each as six. */
    private static final int MAX_MESSAGE = 50_000;

    /** Reads and writes messages within limits; the data format {@code json} of the routes uses it. */
    public static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxDocumentLength(MAX_MESSAGE)
                            .maxNestingDepth(10)
                            .maxNumberLength(30)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .withCoercionConfig(
                    LogicalType.Textual, text -> text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .build();

    private static final ObjectReader READER = JSON.readerFor(Image.class);

    /** @throws IllegalArgumentException if the id is not one of Imgur's, or the URL is missing */
    public Image {
        if (!isId(id)) {
            throw new IllegalArgumentException("not an image id");
        }
        if (url == null || !URL.matcher(url).matches()) {
            throw new IllegalArgumentException("image " + id + " has no usable URL");
        }
        type = Objects.requireNonNullElse(type, "");
        size = Math.max(0, size);
        postTitle = cut(wellFormed(postTitle), MAX_TITLE);
        title = cut(wellFormed(title), MAX_TITLE);
        description = cut(wellFormed(description), MAX_DESCRIPTION);
        position = position < 0 || position > MAX_POSITION ? 0 : position;
        datetime = datetime < 0 || datetime > MAX_DATETIME ? 0 : datetime;
        width = Math.max(0, width);
        height = Math.max(0, height);
        tags = tags == null
                ? List.of()
                : tags.stream()
                        .filter(Objects::nonNull)
                        .limit(MAX_TAGS)
                        .map(tag -> cut(wellFormed(tag), MAX_TAG))
                        .toList();
    }

    /** An image with only the fields that are needed to fetch it. */
    public Image(
            String id,
            String url,
            String type,
            long size,
            boolean animated,
            String postId,
            String postTitle,
            String pollId) {
        this(id, url, type, size, animated, postId, postTitle, pollId, null, null, 0, 0);
    }

    /** An image with the fields that its file name may use. */
    public Image(
            String id,
            String url,
            String type,
            long size,
            boolean animated,
            String postId,
            String postTitle,
            String pollId,
            String title,
            String description,
            int position,
            long datetime) {
        this(
                id,
                url,
                type,
                size,
                animated,
                postId,
                postTitle,
                pollId,
                title,
                description,
                position,
                datetime,
                0,
                0,
                0,
                0,
                List.of(),
                false);
    }

    /**
     * Removes halves of surrogate pairs, which are left when a title was cut within an emoji and cannot be encoded as
     * UTF-8.
     */
    private static String wellFormed(String text) {
        return text == null ? null : HALF.matcher(text).replaceAll("\uFFFD");
    }

    /** A title as it is stored: 500 characters at most, or null. */
    public static String cutTitle(String title) {
        return cut(title, MAX_TITLE);
    }

    private static String cut(String text, int length) {
        if (text == null || text.length() <= length) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length);
    }

    /** The same image in another poll. */
    public Image of(String otherPollId) {
        return Objects.equals(pollId, otherPollId)
                ? this
                : new Image(
                        id,
                        url,
                        type,
                        size,
                        animated,
                        postId,
                        postTitle,
                        otherPollId,
                        title,
                        description,
                        position,
                        datetime,
                        width,
                        height,
                        points,
                        views,
                        tags,
                        nsfw);
    }

    /** Whether a text is a valid image id, and so safe in a file name and in a URL. */
    public static boolean isId(String text) {
        return text != null && ID.matcher(text).matches();
    }

    /**
     * Reads a queue message.
     *
     * @throws ImageRefusedException if it is not an image message; a retry would not help
     */
    public static Image fromJson(String json) throws ImageRefusedException {
        if (json == null || json.length() > MAX_MESSAGE) {
            throw new ImageRefusedException("a queue entry that is not an image message: "
                    + (json == null ? "empty" : json.length() + " characters"));
        }
        try {
            Image image = READER.readValue(json);
            if (image == null) {
                throw new ImageRefusedException("a queue entry that is not an image message: null");
            }
            return image;
        } catch (JsonProcessingException e) {
            throw new ImageRefusedException(reason(e));
        }
    }

    /** Describes why a message could not be read. */
    static String reason(JsonProcessingException e) {
        String message =
                e.getCause() instanceof IllegalArgumentException cause ? cause.getMessage() : e.getOriginalMessage();
        return "a queue entry that is not an image message: "
                + message.lines().findFirst().orElse("").replaceAll("[^\\x20-\\x7e]", "?");
    }

    /** The message for the queue. */
    public String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("An image message can always be written", e);
        }
    }
}
