namespace KenshinOtp.Security;

/// <summary>Where master keys live: a directory, a hardware module, a cloud's key store. The database never holds one.</summary>
/// <remarks>Keys may arrive while the program runs: whoever asks for a key finds it if it is there by then.</remarks>
public interface IKeyRing
{
    /// <summary>The id of the key that seals from now on: the newest, until <see cref="Use"/> names another.</summary>
    string CurrentId { get; }

    /// <summary>The ids of all keys that are there now, the oldest first.</summary>
    IReadOnlyList<string> Ids { get; }

    /// <summary>Derives a 32-byte key for one purpose from a master key (HKDF-SHA-256, RFC 5869), so that no two uses share a key.</summary>
    /// <exception cref="KeyMissingException">No master key of that id is at hand.</exception>
    byte[] Derive(string keyId, string purpose);

    /// <summary>Seals with this key from now on.</summary>
    /// <exception cref="KeyMissingException">No master key of that id is at hand.</exception>
    void Use(string keyId);

    /// <summary>Makes the next key, which seals nothing yet. Of several calls that make it at the same moment one does, and all of them get its key.</summary>
    /// <param name="newest">The newest key that the caller knows of.</param>
    /// <returns>Its id, which is the one after <paramref name="newest"/>.</returns>
    string Add(string newest);
}

/// <summary>The key ring is not what the database needs, or cannot be read; the message says what to do.</summary>
public abstract class KeyRingException(string message, Exception? inner) : Exception(message, inner);

/// <summary>Something was sealed under a master key that is not in the key ring.</summary>
/// <param name="keyId">The key.</param>
/// <param name="directory">Where it was looked for.</param>
/// <param name="otherwise">What to do where nobody has it any more.</param>
public sealed class KeyMissingException(string keyId, string? directory = null, string? otherwise = null)
    : KeyRingException(
        $"The master key '{keyId}' is missing from the key ring{(directory is null ? "" : $" ({directory})")}, or another key has its name. Restore it from its backup, or copy it from a host that has it: "
        + (otherwise ?? "what it seals cannot be read without it."),
        inner: null)
{
    public string KeyId => keyId;
}

/// <summary>A master key is there and cannot be read.</summary>
public sealed class KeyUnreadableException(string path, string words, Exception? inner)
    : KeyRingException($"The master key in {path} cannot be read: {words} Restore the file from its backup.", inner);
