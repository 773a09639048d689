package imgurcaravan.image;

import imgurcaravan.run.Settings.ImageSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Message;

/**
 * The name of an image's file according to {@code imgur.images.file-name}, relative to the images directory.
 *
 * <p>The expression may use headers that are set here, each made safe for a file name before the name is put together.
 * If a part of the path is too long, only the titles are cut: id, position and extension stay. A missing title is left
 * out together with the separator between it and its neighbours.
 */
final class FileName {

    private static final String IMAGE_ID = "imageId";
    private static final String IMAGE_EXTENSION = "imageExtension";
    private static final String IMAGE_TITLE = "imageTitle";
    private static final String IMAGE_POSITION = "imagePosition";
    private static final String IMAGE_DATE = "imageDate";
    private static final String POST_ID = "postId";
    private static final String POST_TITLE = "postTitle";

    /** What cameras write when their clock is not set. */
    private static final String NO_DATE = "0000-00-00";

    /** Leaves room for the suffix that distinguishes two files of one name, and for the extension of a sidecar. */
    private static final int MOST_BYTES = SafeName.MOST_BYTES - "-0123456789abcdef (99).json".length();

    private static final int CUT = 8;

    private static final int POSITION_DIGITS = 3;

    /**
     * Placeholder for a missing title until the name is put together; it is not a character, so no title contains it.
     */
    private static final String NOTHING = "\uffff";

    private static final Pattern NOTHING_AT_START = Pattern.compile("^[ _-]*" + NOTHING + "[ _-]*");
    private static final Pattern NOTHING_AT_END = Pattern.compile("[ _-]*" + NOTHING + "[ _-]*$");
    private static final Pattern NOTHING_BETWEEN = Pattern.compile("([ _-]*)" + NOTHING + "[ _-]*");

    private final Expression expression;
    private final boolean namedById;
    private final boolean unique;
    private final boolean usesTitles;
    private final SafeName safe;

    FileName(CamelContext context, ImageSettings settings) {
        this(context, settings, SafeName.ofThisSystem());
    }

    FileName(CamelContext context, ImageSettings settings, SafeName safe) {
        String template = settings.fileName();
        expression = context.resolveLanguage("simple").createExpression(template);
        expression.init(context);
        namedById = settings.isNamedById();
        unique = template.contains("${header.imageId}");
        usesTitles = template.contains("Title}");
        this.safe = safe;
    }

    /** Whether the id and the type of an image determine its name. */
    boolean isNamedById() {
        return namedById;
    }

    /** Whether the id is part of the name, so that no two images have the same name. */
    boolean isUnique() {
        return unique;
    }

    /** Whether titles, which are texts of strangers, are part of the name. */
    boolean usesTitles() {
        return usesTitles;
    }

    /** Whether letters of titles are replaced in names, because this system cannot write them. */
    boolean losesLetters() {
        return usesTitles && !safe.isUnicode();
    }

    /** Evaluates the name if it is {@linkplain #isNamedById determined by the id}. */
    String of(Exchange exchange, String imageId, ImageType type) {
        Message message = exchange.getMessage();
        message.setHeader(IMAGE_ID, imageId);
        message.setHeader(IMAGE_EXTENSION, type.extension());
        return path(evaluate(exchange), imageId, type);
    }

    /** Evaluates the name; the headers that it uses stay in the message. Titles are only computed if it uses them. */
    String of(Exchange exchange, Image image, ImageType type) {
        Message message = exchange.getMessage();
        String postId = Image.isId(image.postId()) ? image.postId() : image.id();
        String title = usesTitles ? safe.text(image.title()) : "";
        String postTitle = usesTitles ? safe.text(image.postTitle()) : "";
        message.setHeader(IMAGE_POSITION, position(image.position()));
        message.setHeader(IMAGE_DATE, date(image.datetime()));
        message.setHeader(POST_ID, postId);
        String path;
        int most = MOST_BYTES;
        do {
            String cut = SafeName.cut(title, most);
            message.setHeader(IMAGE_TITLE, cut.isEmpty() ? NOTHING : cut);
            String postCut = SafeName.cut(postTitle, most);
            message.setHeader(POST_TITLE, postCut.isEmpty() ? postId : postCut);
            path = of(exchange, image.id(), type);
            most -= CUT;
        } while (most > 0 && !fits(path));
        message.setHeader(IMAGE_TITLE, title);
        return fits(path) ? path : shortened(path, type);
    }

    private static String position(int position) {
        String digits = Integer.toString(position);
        return "0".repeat(Math.max(0, POSITION_DIGITS - digits.length())) + digits;
    }

    private static String date(long datetime) {
        return datetime == 0
                ? NO_DATE
                : Instant.ofEpochSecond(datetime)
                        .atOffset(ZoneOffset.UTC)
                        .toLocalDate()
                        .toString();
    }

    private String evaluate(Exchange exchange) {
        String name = expression.evaluate(exchange, String.class);
        return name == null ? "" : Normalizer.normalize(name, Normalizer.Form.NFC);
    }

    private static String path(String evaluated, String imageId, ImageType type) {
        List<String> parts = new ArrayList<>();
        int slash = evaluated.lastIndexOf('/');
        for (String folder : evaluated.substring(0, Math.max(slash, 0)).split("/", -1)) {
            String name = name(folder);
            if (!name.isEmpty()) {
                parts.add(name);
            }
        }
        String extension = extension(evaluated, type);
        String stem = name(evaluated.substring(slash + 1, evaluated.length() - extension.length()));
        parts.add(SafeName.noDevice((stem.isEmpty() ? imageId : stem) + extension));
        if (parts.get(0).equalsIgnoreCase(PartFiles.FOLDER)) {
            parts.set(0, "_" + parts.get(0));
        }
        return String.join("/", parts);
    }

    /** The end of the last part: nothing, unless the expression ends in a dot and the extension. */
    private static String extension(String path, ImageType type) {
        String extension = "." + type.extension();
        return path.endsWith(extension) ? extension : "";
    }

    private static String name(String part) {
        String name = part;
        if (part.contains(NOTHING)) {
            name = NOTHING_AT_START.matcher(name).replaceFirst("");
            name = NOTHING_AT_END.matcher(name).replaceFirst("");
            name = NOTHING_BETWEEN.matcher(name).replaceAll("$1");
        }
        return SafeName.noDevice(SafeName.trimmed(name).stripLeading());
    }

    private static boolean fits(String path) {
        for (String part : path.split("/", -1)) {
            if (SafeName.bytes(part) > MOST_BYTES) {
                return false;
            }
        }
        return true;
    }

    /** Cuts parts that are too long even without titles, because of the rest of the expression. */
    private static String shortened(String path, ImageType type) {
        List<String> parts = new ArrayList<>();
        String extension = extension(path, type);
        for (String part : path.substring(0, path.length() - extension.length()).split("/", -1)) {
            parts.add(SafeName.cut(part, MOST_BYTES - extension.length()));
        }
        return String.join("/", parts) + extension;
    }

    /**
     * A variant of the name, for an image whose name belongs to another image.
     *
     * @param number 0 for the name unchanged; 1 adds the id, unless it is part of the name already
     */
    String variant(String path, String imageId, ImageType type, int number) {
        String extension = extension(path, type);
        String stem = path.substring(0, path.length() - extension.length());
        int count = unique ? number + 1 : number;
        String id = unique || number == 0 ? "" : "-" + imageId;
        return stem + id + (count > 1 ? " (" + count + ")" : "") + extension;
    }

    /**
     * Whether this can be an image: a file with content, or a link to one; not a folder, a pipe, a device or an empty
     * file.
     */
    static boolean isImage(Path file) {
        return Files.isRegularFile(file) && file.toFile().length() > 0;
    }

    /**
     * Whether an image exists under exactly this name. On a case-insensitive file system it may be that of another
     * image, since ids are case-sensitive.
     */
    static boolean isThere(Path file) throws IOException {
        if (!isImage(file)) {
            return false;
        }
        try {
            Path real = file.toRealPath(LinkOption.NOFOLLOW_LINKS).getFileName();
            return composed(real).equals(composed(file.getFileName()));
        } catch (NoSuchFileException e) {
            // Deleted meanwhile.
            return false;
        }
    }

    /** Some file systems return accents as separate characters. */
    private static String composed(Path name) {
        return Normalizer.normalize(name.toString(), Normalizer.Form.NFC);
    }
}
