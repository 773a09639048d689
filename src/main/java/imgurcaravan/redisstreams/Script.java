package imgurcaravan.redisstreams;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A Lua script that Redis runs as one step; its source is next to this class. */
enum Script {
    ADD("add"),
    MISSING("missing"),
    FINISH("finish"),
    BURY("bury"),
    CLAIM("claim"),
    RENEW("renew"),
    RELEASE("release"),
    REAP("reap"),
    REQUEUE("requeue"),
    DEAD_LETTERS("dead-letters"),
    STATS("stats");

    private final String source;
    private final String digest;

    Script(String name) {
        try (InputStream file = Script.class.getResourceAsStream(name + ".lua")) {
            if (file == null) {
                throw new IllegalStateException("The script " + name + " is not in the jar");
            }
            byte[] bytes = file.readAllBytes();
            source = new String(bytes, StandardCharsets.UTF_8);
            digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-1", e);
        }
    }

    String source() {
        return source;
    }

    /** The name under which Redis caches the script. */
    String digest() {
        return digest;
    }
}
