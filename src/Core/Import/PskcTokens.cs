using System.Xml;
using KenshinOtp.Otp;

namespace KenshinOtp.Import;

/// <summary>The keys of a PSKC (RFC 6030 §4), one package at a time. Its signature, if any, is not checked: its MACs are.</summary>
internal static class PskcTokens
{
    private const string TimeBased = "urn:ietf:params:xml:ns:keyprov:pskc:totp";
    private const string Secret = "Key/Data/Secret";

    /// <exception cref="ImportRefusedException">It is not a PSKC, cannot be opened with these keys, or exceeds a bound.</exception>
    /// <exception cref="XmlException">It is not well-formed.</exception>
    /// <exception cref="System.Text.DecoderFallbackException">It is not UTF-8.</exception>
    public static IEnumerable<RawEntry> Read(Stream content, ImportKeys given)
    {
        using var text = new MarkupGuard(ImportFile.Text(content));
        using var reader = XmlReader.Create(text, Settings());
        if (reader.MoveToContent() != XmlNodeType.Element || reader.LocalName != "KeyContainer" || reader.NamespaceURI != PskcElement.Namespace
            || reader.GetAttribute("Version") != "1.0")
            throw new ImportRefusedException(ImportFile.Unreadable("this is not a PSKC of version 1.0.", PskcElement.LineOf(reader)));

        var keys = new PskcKeys(given);
        while (reader.Read())
        {
            PskcElement.RequireDepth(reader);
            if (reader.NodeType != XmlNodeType.Element || reader.Depth != 1 || reader.NamespaceURI != PskcElement.Namespace)
                continue;
            if (reader.LocalName == "EncryptionKey")
                keys.LearnKey(PskcElement.Read(reader));
            else if (reader.LocalName == "MACMethod")
                keys.LearnMac(PskcElement.Read(reader));
            else if (reader.LocalName == "KeyPackage")
                yield return Entry(PskcElement.Read(reader), keys);
        }
    }

    private static XmlReaderSettings Settings() => new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = ImportFile.MaxBytes,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
        NameTable = new BoundedNames(),
    };

    /// <summary>
    /// The token of one package. A device without a number of its own goes by the key's. The secret is opened also where the entry will be refused, for a
    /// wrong MAC anywhere refuses the whole file. <c>Time</c> and <c>TimeDrift</c> are left aside: the first password tells how the clock goes.
    /// </summary>
    private static RawEntry Entry(PskcElement package, PskcKeys keys) => new(package.Line, package["DeviceInfo/SerialNo"] ?? package["Key/@Id"])
    {
        Secret = SecretOf(package, keys) is { } secret ? new TokenSecret(secret) : null,
        Algorithm = package["Key/AlgorithmParameters/Suite"] ?? "SHA1",
        Digits = package["Key/AlgorithmParameters/ResponseFormat/@Length"],
        Period = package["Key/Data/TimeInterval/PlainValue"] ?? "30", // RFC 6238 §5.2
        NotBefore = package["Key/Policy/StartDate"],
        ExpiresAt = package["Key/Policy/ExpiryDate"] ?? package["DeviceInfo/ExpiryDate"],
        Refusal = Refusal(package),
    };

    private static byte[]? SecretOf(PskcElement package, PskcKeys keys) => package[Secret + "/EncryptedValue"] is not null
        ? keys.Open(package, Secret)
        : keys.Plain(package, Secret);

    /// <summary>What the centre cannot do for a key. A policy that is not understood forbids its use (RFC 6030 §5).</summary>
    private static string? Refusal(PskcElement package)
    {
        if (package["Key"] is null || package.Ambiguous)
            return "entry_malformed";
        if (package["Key/@Algorithm"] != TimeBased)
            return "not_time_based";
        if (package["Key/AlgorithmParameters/ResponseFormat/@Encoding"] is not (null or "DECIMAL")
            || package["Key/AlgorithmParameters/ResponseFormat/@CheckDigits"] is "true" or "1")
            return "format_unsupported";
        if (package["Key/Data/TimeInterval/EncryptedValue"] is not null)
            return "period_unsupported";
        var policed = package.HasUnknownPolicy
            || package["Key/Policy/NumberOfTransactions"] is not null
            || package["Key/Policy/PINPolicy/@PINUsageMode"] is not (null or "Local")
            || package["Key/Policy/KeyUsage"]?.Split(' ').Contains("OTP", StringComparer.Ordinal) == false;
        if (policed)
            return "policy_unsupported";
        return package[Secret + "/PlainValue"] is null && package[Secret + "/EncryptedValue"] is null ? "secret_missing" : null;
    }
}
