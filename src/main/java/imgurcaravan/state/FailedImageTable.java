package imgurcaravan.state;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The table {@code failed_image}: finds, reads and writes its rows. */
final class FailedImageTable {

    private static final int PAGE = 100;

    private static final String COLUMNS = "key, image_id, message, reason, class, attempts, failures, first_time,"
            + " last_time, temporary_since, retry_time, given_up";

    private FailedImageTable() {}

    /** A row of the table; {@code temporarySince} is null if the last reason was permanent. */
    record FailedRow(String key, int failures, Instant temporarySince, FailedImage image) {}

    /** The id, or a key for an entry without one; no id contains a #. */
    static String key(String imageId, String message) {
        if (imageId != null) {
            return imageId;
        }
        try {
            byte[] text = Objects.requireNonNullElse(message, "").getBytes(StandardCharsets.UTF_8);
            return "#"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    static Optional<FailedRow> find(StateConnection sql, String key) throws SQLException {
        return sql.first("SELECT " + COLUMNS + " FROM failed_image WHERE key = ?", FailedImageTable::read, key);
    }

    /** The next rows after the given one, or the first ones if it is null, but none newer than a time. */
    static List<FailedRow> page(StateConnection sql, FailedRow last, long newest) throws SQLException {
        return sql.all(
                "SELECT " + COLUMNS + " FROM failed_image WHERE (first_time, key) > (?, ?) AND first_time <= ?"
                        + " ORDER BY first_time, key LIMIT " + PAGE,
                FailedImageTable::read,
                last == null ? Long.MIN_VALUE : last.image().first().toEpochMilli(),
                last == null ? "" : last.key(),
                newest);
    }

    private static FailedRow read(ResultSet row) throws SQLException {
        long since = row.getLong("temporary_since");
        Instant temporarySince = row.wasNull() ? null : Instant.ofEpochMilli(since);
        return new FailedRow(
                row.getString("key"),
                row.getInt("failures"),
                temporarySince,
                new FailedImage(
                        row.getString("image_id"),
                        row.getString("message"),
                        row.getString("reason"),
                        FailureClass.named(row.getString("class")),
                        row.getInt("attempts"),
                        Instant.ofEpochMilli(row.getLong("first_time")),
                        Instant.ofEpochMilli(row.getLong("last_time")),
                        Instant.ofEpochMilli(row.getLong("retry_time")),
                        row.getInt("given_up") != 0));
    }

    static void write(StateConnection sql, FailedRow row) throws SQLException {
        FailedImage image = row.image();
        sql.update(
                "INSERT OR REPLACE INTO failed_image (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row.key(),
                image.imageId(),
                image.message(),
                image.reason(),
                image.failureClass().name(),
                image.attempts(),
                row.failures(),
                image.first().toEpochMilli(),
                image.last().toEpochMilli(),
                row.temporarySince() == null ? null : row.temporarySince().toEpochMilli(),
                image.retryAt().toEpochMilli(),
                image.givenUp() ? 1 : 0);
    }

    static int delete(StateConnection sql, String imageId) throws SQLException {
        return sql.update("DELETE FROM failed_image WHERE key = ?", imageId);
    }
}
