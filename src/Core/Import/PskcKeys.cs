using System.Globalization;
using System.Security.Cryptography;
using KenshinOtp.Results;

namespace KenshinOtp.Import;

/// <summary>Opens the encrypted values of one PSKC (RFC 6030 §6): with the pre-shared key, or the key derived from the passphrase, each MAC first.</summary>
internal sealed class PskcKeys(ImportKeys given)
{
    private const int MinSaltBytes = 8, MaxSaltBytes = 256, MaxIterations = 1_000_000, MaxKeyBytes = 64;
    private const string Derivation = "DerivedKey/KeyDerivationMethod/";

    private PskcElement? _encryption, _mac;
    private byte[]? _key, _macKey;

    /// <summary>Takes the document's <c>EncryptionKey</c>; without one, the key is the pre-shared one.</summary>
    public void LearnKey(PskcElement encryptionKey) => _encryption = Once(_encryption, encryptionKey);

    /// <summary>Takes the document's <c>MACMethod</c>.</summary>
    public void LearnMac(PskcElement macMethod) => _mac = Once(_mac, macMethod);

    /// <summary>Checks the MAC over the encrypted value with its initialisation vector, then decrypts.</summary>
    /// <exception cref="ImportRefusedException">The MAC or the key is wrong, or the algorithm is not known here: of such a file nothing is taken.</exception>
    public byte[] Open(PskcElement package, string path)
    {
        var algorithm = package[path + "/EncryptedValue/EncryptionMethod/@Algorithm"];
        var value = Value(package, path + "/EncryptedValue/CipherData/CipherValue");
        var key = Key(algorithm, package.Line);
        Check(value, package[path + "/ValueMAC"], key, package.Line);
        return PskcCipher.Decrypt(key, value) ?? throw WrongKey(package.Line);
    }

    /// <summary>A secret in the clear: in a file that has a key or a MAC method, somebody may have put it there in place of a proved one.</summary>
    /// <exception cref="ImportRefusedException">The file is an encrypted one.</exception>
    public byte[]? Plain(PskcElement package, string path)
    {
        var secret = PskcCipher.Base64(package[path + "/PlainValue"]);
        return secret is not null && (_encryption is not null || _mac is not null)
            ? throw Refused("import_mac_missing", "a secret stands in the clear in an encrypted file.", package.Line)
            : secret;
    }

    /// <summary>AES-CBC does not notice changes, so a MAC is required with it (RFC 6030 §6.1.1).</summary>
    private void Check(byte[] value, string? mac, byte[] key, int line)
    {
        if (_mac is null || string.IsNullOrEmpty(mac))
            throw Refused("import_mac_missing", "an encrypted value has no MAC.", line);
        var hash = PskcCipher.Hmac(_mac["@Algorithm"]) ?? throw Unsupported("the MAC method", _mac.Line);
        _macKey ??= MacKey(_mac, key);
        if (PskcCipher.Base64(mac) is not { } expected
            || !CryptographicOperations.FixedTimeEquals(CryptographicOperations.HmacData(hash, _macKey, value), expected))
            throw Refused("import_mac_wrong", "the MAC does not match: the value was changed, or the key belongs to another file.", line);
    }

    /// <summary>The MAC key is encrypted like the secrets; without one the encryption key serves (RFC 6030 §6).</summary>
    private byte[] MacKey(PskcElement mac, byte[] key)
    {
        if (mac["MACKey/CipherData/CipherValue"] is null)
            return key;
        var wrapping = Key(mac["MACKey/EncryptionMethod/@Algorithm"], mac.Line);
        return PskcCipher.Decrypt(wrapping, Value(mac, "MACKey/CipherData/CipherValue")) ?? throw WrongKey(mac.Line);
    }

    private byte[] Key(string? algorithm, int line)
    {
        var length = PskcCipher.KeyBytes(algorithm) ?? throw Unsupported("the encryption method", line);
        _key ??= _encryption switch
        {
            { Ambiguous: true } => throw Refused("import_unreadable", "the encryption key is given twice.", _encryption.Line),
            { } key when key["X509Data"] is not null => throw Unsupported("encryption for a certificate", key.Line),
            { } key when key["DerivedKey"] is not null => Derive(key, length),
            _ => given.PreSharedKey ?? throw Refused("import_key_required", "the file is encrypted with a pre-shared key.", _encryption?.Line ?? line),
        };
        return _key.Length == length ? _key : throw WrongKey(line);
    }

    /// <summary>PBKDF2 (RFC 8018 §5.2) with the file's parameters, in bounds that keep a hostile file from holding the processor.</summary>
    private byte[] Derive(PskcElement key, int length)
    {
        const string parameters = Derivation + "PBKDF2-params/";
        if (key[Derivation + "@Algorithm"]?.EndsWith("#pbkdf2", StringComparison.Ordinal) != true)
            throw Unsupported("the key derivation", key.Line);
        var pseudoRandom = key[parameters + "PRF/@Algorithm"] is { } prf ? PskcCipher.Hmac(prf) : HashAlgorithmName.SHA1; // the default of RFC 8018 §A.2
        if (pseudoRandom is not { } hash
            || PskcCipher.Base64(key[parameters + "Salt/Specified"]) is not { Length: >= MinSaltBytes and <= MaxSaltBytes } salt
            || Number(key[parameters + "IterationCount"]) is not (>= 1 and <= MaxIterations and var iterations)
            || (Number(key[parameters + "KeyLength"]) ?? length) is not (>= 1 and <= MaxKeyBytes and var bytes))
            throw Unsupported($"a key derivation with these parameters (a salt of {MinSaltBytes} bytes, {MaxIterations} iterations at most)", key.Line);
        if (given.Passphrase is not { } passphrase)
            throw Refused("import_passphrase_required", "the file is encrypted with a passphrase.", key.Line);
        return Rfc2898DeriveBytes.Pbkdf2(passphrase, salt, iterations, hash, bytes);
    }

    private static PskcElement Once(PskcElement? before, PskcElement element) =>
        before is null ? element : throw Refused("import_unreadable", "the encryption key or MAC method is given twice.", element.Line);

    private static byte[] Value(PskcElement element, string path) =>
        PskcCipher.Base64(element[path]) ?? throw Refused("import_unreadable", "an encrypted value is not base 64.", element.Line);

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static ImportRefusedException Unsupported(string what, int line) => Refused("import_encryption_unsupported", what + " is not supported.", line);

    private static ImportRefusedException WrongKey(int line) => Refused("import_key_wrong", "the key or passphrase does not open the file.", line);

    private static ImportRefusedException Refused(string code, string detail, int line) =>
        new(Problem.Refused(code, $"Line {line}: {detail}").With("line", line));
}
