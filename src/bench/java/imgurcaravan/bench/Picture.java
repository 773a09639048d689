package imgurcaravan.bench;

import imgurcaravan.testing.Samples;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * An image in memory.
 *
 * @param answer status line, headers and the bytes, ready to be sent
 */
record Picture(String mime, String extension, byte[] bytes, byte[] answer) {

    /** As many, JPEG and PNG, always the same ones. */
    static List<Picture> some(int count, int minBytes, int maxBytes) {
        Random random = new Random(5);
        List<Picture> pictures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int size = minBytes + random.nextInt(maxBytes - minBytes + 1);
            String mime = i % 3 == 0 ? "image/png" : "image/jpeg";
            byte[] bytes = Samples.of(mime, i, size);
            pictures.add(new Picture(mime, i % 3 == 0 ? "png" : "jpg", bytes, answer(mime, bytes)));
        }
        return List.copyOf(pictures);
    }

    static byte[] answer(String type, byte[] body) {
        byte[] head = ("HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nContent-Length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] answer = new byte[head.length + body.length];
        System.arraycopy(head, 0, answer, 0, head.length);
        System.arraycopy(body, 0, answer, head.length, body.length);
        return answer;
    }
}
