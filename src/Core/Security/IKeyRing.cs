namespace KenshinOtp.Security;

/// <summary>Where master keys live: a directory, a hardware module, a cloud's key store. The database never holds one.</summary>
public interface IKeyRing
{
    /// <summary>The id of the key that seals from now on.</summary>
    string CurrentId { get; }

    /// <summary>Derives a 32-byte key for one purpose from a master key (HKDF-SHA-256, RFC 5869), so that no two uses share a key.</summary>
    /// <exception cref="KeyMissingException">No master key of that id is at hand.</exception>
    byte[] Derive(string keyId, string purpose);
}

/// <summary>Something was sealed under a master key that is not in the key ring.</summary>
public sealed class KeyMissingException(string keyId)
    : Exception($"The master key '{keyId}' is missing from the key ring. Restore it from its backup: what it seals cannot be read without it.");
