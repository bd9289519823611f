using System.Globalization;
using System.Security.Cryptography;

namespace KenshinOtp.Support.Import;

/// <summary>Writes the PSKC (RFC 6030) that a vendor would send with its tokens.</summary>
public sealed class PskcFile
{
    private const string Root =
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <KeyContainer Version="1.0" xmlns="urn:ietf:params:xml:ns:keyprov:pskc" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"
            xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" xmlns:xenc11="http://www.w3.org/2009/xmlenc11#"
            xmlns:pkcs5="http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#">

        """;

    private const int Iterations = 2000;

    private readonly byte[] _macKey = RandomNumberGenerator.GetBytes(32);
    private readonly byte[]? _key;
    private readonly string _encryptionKey;

    private PskcFile(byte[]? key, string encryptionKey) => (_key, _encryptionKey) = (key, encryptionKey);

    public static PskcFile Plain { get; } = new(key: null, "");

    public static PskcFile WithKey(byte[] key) => new(key, "<EncryptionKey><ds:KeyName>Pre-shared-key</ds:KeyName></EncryptionKey>\n");

    public static PskcFile WithPassphrase(string passphrase)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var key = Rfc2898DeriveBytes.Pbkdf2(passphrase, salt, Iterations, HashAlgorithmName.SHA256, outputLength: 32);
        return new(key, string.Create(CultureInfo.InvariantCulture, $"""
            <EncryptionKey><xenc11:DerivedKey><xenc11:KeyDerivationMethod Algorithm="http://www.w3.org/2009/xmlenc11#pbkdf2"><pkcs5:PBKDF2-params>
            <Salt><Specified>{Convert.ToBase64String(salt)}</Specified></Salt><IterationCount>{Iterations}</IterationCount><KeyLength>32</KeyLength>
            <PRF Algorithm="http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"/>
            </pkcs5:PBKDF2-params></xenc11:KeyDerivationMethod></xenc11:DerivedKey></EncryptionKey>

            """));
    }

    public string Of(params IEnumerable<HardToken> tokens) => string.Concat(Parts(tokens));

    /// <summary>The document in pieces, for files too large to be in memory.</summary>
    public IEnumerable<string> Parts(IEnumerable<HardToken> tokens)
    {
        yield return Root + _encryptionKey;
        if (_key is not null)
            yield return $"""
                <MACMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"><MACKey>{Cipher(Encrypt(_macKey))}</MACKey></MACMethod>

                """;
        foreach (var token in tokens)
            yield return Package(token);
        yield return "</KeyContainer>\n";
    }

    private string Package(HardToken token) => string.Create(CultureInfo.InvariantCulture, $"""
        <KeyPackage>
            <DeviceInfo><Manufacturer>Vendor</Manufacturer><SerialNo>{token.Serial}</SerialNo></DeviceInfo>
            <Key Id="{token.Serial}-1" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:totp">
                <Issuer>Vendor</Issuer>
                <AlgorithmParameters><Suite>HMAC-{token.Algorithm}</Suite><ResponseFormat Length="{token.Digits}" Encoding="DECIMAL"/></AlgorithmParameters>
                <Data>
                    <Secret>{Secret(token.Secret)}</Secret>
                    <Time><PlainValue>0</PlainValue></Time>
                    <TimeInterval><PlainValue>{token.Period}</PlainValue></TimeInterval>
                </Data>
                <Policy>{(token.ExpiresAt is null ? "" : $"<ExpiryDate>{token.ExpiresAt}</ExpiryDate>")}<KeyUsage>OTP</KeyUsage></Policy>
            </Key>
        </KeyPackage>

        """);

    private string Secret(byte[] secret)
    {
        if (_key is null)
            return $"<PlainValue>{Convert.ToBase64String(secret)}</PlainValue>";
        var value = Encrypt(secret);
        return $"<EncryptedValue>{Cipher(value)}</EncryptedValue><ValueMAC>{Convert.ToBase64String(HMACSHA256.HashData(_macKey, value))}</ValueMAC>";
    }

    private string Cipher(byte[] value) => string.Create(CultureInfo.InvariantCulture, $"""
        <xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes{_key!.Length * 8}-cbc"/>
        <xenc:CipherData><xenc:CipherValue>{Convert.ToBase64String(value)}</xenc:CipherValue></xenc:CipherData>
        """);

    private byte[] Encrypt(byte[] value)
    {
        using var aes = Aes.Create();
        aes.Key = _key!;
        return [.. aes.IV, .. aes.EncryptCbc(value, aes.IV)];
    }
}
