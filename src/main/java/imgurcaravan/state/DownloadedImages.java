package imgurcaravan.state;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/** The images that were downloaded, by id. Thread-safe; every method throws {@link StateException}. */
public final class DownloadedImages {

    private final StateFile state;

    public DownloadedImages(StateFile state) {
        this.state = state;
    }

    public boolean contains(String id) {
        return state.read(sql -> sql.exists("SELECT 1 FROM image WHERE id = ?", id));
    }

    public Optional<DownloadedImage> find(String id) {
        return state.read(sql ->
                sql.first("SELECT id, file, bytes, url, time FROM image WHERE id = ?", DownloadedImages::read, id));
    }

    private static DownloadedImage read(ResultSet row) throws SQLException {
        long bytes = row.getLong("bytes");
        boolean sized = !row.wasNull();
        long time = row.getLong("time");
        return new DownloadedImage(
                row.getString("id"),
                row.getString("file"),
                sized ? bytes : -1,
                row.getString("url"),
                row.wasNull() ? null : Instant.ofEpochMilli(time));
    }

    /**
     * Adds an image, which then no longer counts as failed.
     *
     * @return whether it was added, rather than known already
     */
    public boolean add(DownloadedImage image) {
        Long bytes = image.bytes() < 0 ? null : image.bytes();
        Long time = image.time() == null ? null : image.time().toEpochMilli();
        return state.write(sql -> {
            FailedImageTable.delete(sql, image.id());
            RunningAttempts.succeeded(sql, image.id());
            return sql.update(
                            "INSERT OR IGNORE INTO image (id, file, bytes, url, time) VALUES (?, ?, ?, ?, ?)",
                            image.id(),
                            image.file(),
                            bytes,
                            image.url(),
                            time)
                    > 0;
        });
    }

    /**
     * Forgets an image.
     *
     * @return whether it was known
     */
    public boolean remove(String id) {
        return state.write(sql -> sql.update("DELETE FROM image WHERE id = ?", id) > 0);
    }

    /** Forgets all images. */
    public void clear() {
        state.write(sql -> sql.update("DELETE FROM image"));
    }

    public long count() {
        return state.read(sql -> sql.number("SELECT count(*) FROM image"));
    }
}
