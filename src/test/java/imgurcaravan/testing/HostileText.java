package imgurcaravan.testing;

import java.util.List;
import java.util.SplittableRandom;

/** Generates hostile titles; the same for the same seed. */
public final class HostileText {

    private static final List<String> PIECES = List.of(
            "/",
            "\\",
            ":",
            "..",
            ".",
            "...",
            "../",
            "..\\",
            "./",
            "~",
            "-",
            "--",
            " ",
            "   ",
            "\t",
            "\n",
            "\r\n",
            "\u0000",
            "\u0007",
            "\u001b[31m",
            "\u007f",
            "\u0085",
            "\u00a0",
            "\u00ad",
            "\u061c",
            "\u200b",
            "\u200d",
            "\u200e",
            "\u202e",
            "\u2028",
            "\u2029",
            "\u2066",
            "\u2069",
            "\u3000",
            "\ufeff",
            "\uffff",
            "\ufffe",
            "\ufdd0",
            "\ud800",
            "\udc00",
            "\udbff\udfff",
            "\udb40\udc41",
            "*",
            "?",
            "\"",
            "<",
            ">",
            "|",
            "&",
            "%2e%2e%2f",
            "%00",
            "$",
            "{",
            "}",
            "${camelContext}",
            "${header.imageId}",
            "$simple{body}",
            "{{imgur.client-id}}",
            "#",
            "+",
            "RAW(x)",
            "CON",
            "con.jpg",
            "NUL",
            "aux",
            "COM1",
            "LPT\u00b9",
            "CONIN$",
            ".caravan",
            "desktop.ini",
            "file:",
            "C:",
            "\u00e9",
            "e\u0301",
            "\u0301\u0301\u0301",
            "\u212b",
            "\u1e9b\u0323",
            "\ufb01",
            "\u0130",
            "\u00df",
            "\uff0f",
            "\u2215",
            "\u2044",
            "\ud83d\udc2a",
            "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67",
            "\u0642\u0627\u0641\u0644\u0629",
            "\u7802\u6f20",
            "a",
            "A",
            "Sunset",
            "_",
            "=",
            "'",
            "`",
            "!",
            ";",
            "(",
            ")",
            "[",
            "]",
            "@",
            "^",
            ",");

    private final SplittableRandom random;

    public HostileText(long seed) {
        random = new SplittableRandom(seed);
    }

    /** A text of up to 500 characters or so; now and then null. */
    public String next() {
        int kind = random.nextInt(20);
        if (kind == 0) {
            return null;
        }
        StringBuilder text = new StringBuilder();
        int pieces = kind < 12 ? random.nextInt(6) : random.nextInt(120);
        for (int i = 0; i < pieces; i++) {
            text.append(piece());
        }
        return text.toString();
    }

    private String piece() {
        return switch (random.nextInt(8)) {
            case 0 -> String.valueOf((char) random.nextInt(0x10000));
            case 1 -> Character.toString(random.nextInt(Character.MAX_CODE_POINT + 1));
            case 2 -> PIECES.get(random.nextInt(PIECES.size())).repeat(random.nextInt(1, 40));
            default -> PIECES.get(random.nextInt(PIECES.size()));
        };
    }
}
