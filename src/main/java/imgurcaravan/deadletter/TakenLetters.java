package imgurcaravan.deadletter;

import imgurcaravan.image.Image;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * The dead letters that a requeue is at work on, in a file beside that of the others.
 *
 * <p>A kill at any moment costs nothing: every letter is in one of the two files, at worst in both, and the next
 * requeue begins with what it finds here. What occurs twice is then sent, or kept, once.
 */
final class TakenLetters {

    private static final String ENDING = ".requeued";

    private final Path letters;
    private final Path file;
    private final LineFile taken;
    private final Optional<String> reason;
    private int kept;

    private TakenLetters(Path letters, LineFile taken, Optional<String> reason) {
        this.letters = letters;
        this.file = takenFile(letters);
        this.taken = taken;
        this.reason = reason;
    }

    private static Path takenFile(Path letters) {
        return letters.resolveSibling(letters.getFileName() + ENDING);
    }

    /**
     * Takes letters out of a file.
     *
     * @param reason a text that the reasons of those to take contain; empty: all of them
     * @return empty if there are none of any kind
     * @throws IOException if that is not possible; each letter then is where it was, or waits for the next requeue
     */
    static Optional<TakenLetters> take(Path letters, Optional<String> reason) throws IOException {
        if (!Files.exists(letters) && !Files.exists(takenFile(letters))) {
            return Optional.empty();
        }
        // The lock on the letters is also what guards the coming and going of the other file.
        try (LineFile all = LineFile.shared(letters)) {
            LineFile own = LineFile.owned(takenFile(letters))
                    .orElseThrow(() -> new IOException("another requeue is at work on " + letters));
            TakenLetters taken = new TakenLetters(letters, own, reason);
            try {
                taken.moveFrom(all);
            } catch (IOException | RuntimeException e) {
                own.close();
                if (Files.size(taken.file) == 0) {
                    Files.delete(taken.file);
                }
                throw e;
            }
            return Optional.of(taken);
        }
    }

    private void moveFrom(LineFile all) throws IOException {
        LineFile.Reader lines = all.reader();
        LineFile.Appender appender = taken.appender();
        try (appender) {
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                appender.add(line);
            }
        } catch (IOException e) {
            appender.undo();
            throw e;
        }
        all.truncate();
        giveBack(all);
    }

    /** What is not asked for goes back, and so does what cannot be sent. */
    private void giveBack(LineFile all) throws IOException {
        Set<UUID> seen = new HashSet<>();
        LineFile.Reader lines = taken.reader();
        try (LineFile.Appender appender = all.appender()) {
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                Optional<DeadLetter> letter = DeadLetter.parse(line);
                if (wanted(letter).isEmpty() && seen.add(UUID.nameUUIDFromBytes(line))) {
                    appender.add(line);
                    kept += letter.flatMap(DeadLetter::image).isPresent() ? 0 : 1;
                }
            }
        }
    }

    private Optional<Image> wanted(Optional<DeadLetter> letter) {
        return letter.filter(found -> reason.isEmpty() || found.isFor(reason.get()))
                .flatMap(DeadLetter::image);
    }

    /** How many lines hold no image; they are no dead letters, or those of entries that were none. */
    int kept() {
        return kept;
    }

    Path file() {
        return file;
    }

    /**
     * The images of these letters, each once, read as they are asked for.
     *
     * @param isCutShort asked before each; true ends them
     */
    Iterator<Image> images(BooleanSupplier isCutShort) throws IOException {
        LineFile.Reader lines = taken.reader();
        Set<String> seen = new HashSet<>();
        return new Iterator<>() {
            private Image next;

            @Override
            public boolean hasNext() {
                try {
                    while (next == null && !isCutShort.getAsBoolean()) {
                        byte[] line = lines.next();
                        if (line == null) {
                            return false;
                        }
                        next = wanted(DeadLetter.parse(line))
                                .filter(image -> seen.add(image.id()))
                                .orElse(null);
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                return next != null;
            }

            @Override
            public Image next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                Image image = next;
                next = null;
                return image;
            }
        };
    }

    /** @param done whether each of them has come to an end; else they stay for the next requeue */
    void release(boolean done) throws IOException {
        if (!done) {
            taken.close();
            return;
        }
        LineFile guard;
        try {
            guard = LineFile.shared(letters);
        } catch (IOException e) {
            taken.close();
            throw e;
        }
        try {
            taken.close();
            Files.deleteIfExists(file);
        } finally {
            guard.close();
        }
    }
}
