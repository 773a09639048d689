package imgurcaravan.run;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** The texts that no log may show: the client id, the headers of a gateway, the password of the proxy. */
public final class Secrets {

    /** A shorter secret is a placeholder, and could be part of any word. */
    private static final int SHORTEST = 6;

    private final List<String> texts;

    Secrets(Collection<String> texts) {
        this.texts = texts.stream()
                .filter(text -> text.length() >= SHORTEST)
                .distinct()
                // One secret may be part of another.
                .sorted(Comparator.comparing(String::length).reversed())
                .toList();
    }

    /** Masks them in a text that may echo a request. */
    public String mask(String text) {
        String masked = text;
        for (String secret : texts) {
            masked = masked.replace(secret, "***");
        }
        return masked;
    }
}
