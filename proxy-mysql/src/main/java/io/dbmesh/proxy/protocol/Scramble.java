package io.dbmesh.proxy.protocol;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import javax.crypto.Cipher;

/** The answers to a login's nonce, by authentication plugin ("Authentication Methods" in the protocol manual). */
final class Scramble {
    static final String NATIVE = "mysql_native_password";
    static final String CACHING_SHA2 = "caching_sha2_password";
    static final int NONCE_LENGTH = 20;

    private Scramble() {}

    static boolean isSupported(String plugin) {
        return plugin.equals(NATIVE) || plugin.equals(CACHING_SHA2);
    }

    /** What a client with this password answers; empty for an empty password. */
    static byte[] answer(String plugin, String password, byte[] nonce) {
        if (password.isEmpty()) {
            return new byte[0];
        }
        byte[] secret = password.getBytes(StandardCharsets.UTF_8);
        return plugin.equals(NATIVE) ? nativePassword(secret, nonce) : cachingSha2(secret, nonce);
    }

    /** SHA1(password) XOR SHA1(nonce + SHA1(SHA1(password))). */
    private static byte[] nativePassword(byte[] password, byte[] nonce) {
        byte[] once = digest("SHA-1", password);
        byte[] mask = digest("SHA-1", nonce, digest("SHA-1", once));
        return xor(once, mask);
    }

    /** SHA256(password) XOR SHA256(SHA256(SHA256(password)) + nonce). */
    private static byte[] cachingSha2(byte[] password, byte[] nonce) {
        byte[] once = digest("SHA-256", password);
        byte[] mask = digest("SHA-256", digest("SHA-256", once), nonce);
        return xor(once, mask);
    }

    /** The password for the full authentication of caching_sha2_password, readable by the owner of the key only. */
    static byte[] encrypt(String password, byte[] nonce, String publicKeyPem) {
        byte[] clear = (password + "\0").getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < clear.length; i++) {
            clear[i] ^= nonce[i % nonce.length];
        }
        try {
            String encoded = publicKeyPem
                    .replace("-----BEGIN PUBLIC KEY-----", "")
                    .replace("-----END PUBLIC KEY-----", "")
                    .replaceAll("\\s", "");
            PublicKey key = KeyFactory.getInstance("RSA")
                    .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(encoded)));
            Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPWithSHA-1AndMGF1Padding");
            cipher.init(Cipher.ENCRYPT_MODE, key);
            return cipher.doFinal(clear);
        } catch (GeneralSecurityException | IllegalArgumentException unusable) {
            throw new ProtocolException("the server's RSA public key cannot be used: " + unusable.getMessage());
        }
    }

    private static byte[] xor(byte[] left, byte[] right) {
        byte[] result = new byte[left.length];
        for (int i = 0; i < left.length; i++) {
            result[i] = (byte) (left[i] ^ right[i]);
        }
        return result;
    }

    private static byte[] digest(String algorithm, byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every Java platform has " + algorithm, absent);
        }
    }
}
