using System.Collections.Frozen;
using System.Xml;

namespace KenshinOtp.Import;

/// <summary>
/// What one part of a PSKC says (an encryption key, a MAC method, a key package), by path: <c>Key/Data/Secret/PlainValue</c>, <c>Key/@Id</c>. Only
/// paths that have a meaning here are kept, so that a part of any size takes little memory.
/// </summary>
internal sealed class PskcElement
{
    public const string Namespace = "urn:ietf:params:xml:ns:keyprov:pskc";

    public const int MaxDepth = 32;

    private const int MaxValueChars = 64 * 1024;
    private const string KeyUsage = "Key/Policy/KeyUsage";

    /// <summary>Figure 7 of RFC 6030 has the parameters of PBKDF2 in no namespace at all.</summary>
    private static readonly FrozenSet<string> Namespaces = FrozenSet.Create(
        StringComparer.Ordinal,
        Namespace,
        "",
        "http://www.w3.org/2000/09/xmldsig#",
        "http://www.w3.org/2001/04/xmlenc#",
        "http://www.w3.org/2009/xmlenc11#",
        "http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#");

    private static readonly FrozenSet<string> Known = FrozenSet.Create(
        StringComparer.Ordinal,
        "KeyName", "X509Data", "DerivedKey", "DerivedKey/KeyDerivationMethod/@Algorithm",
        "DerivedKey/KeyDerivationMethod/PBKDF2-params/Salt/Specified", "DerivedKey/KeyDerivationMethod/PBKDF2-params/IterationCount",
        "DerivedKey/KeyDerivationMethod/PBKDF2-params/KeyLength", "DerivedKey/KeyDerivationMethod/PBKDF2-params/PRF/@Algorithm",
        "@Algorithm", "MACKey/EncryptionMethod/@Algorithm", "MACKey/CipherData/CipherValue",
        "DeviceInfo/SerialNo", "DeviceInfo/ExpiryDate",
        "Key", "Key/@Id", "Key/@Algorithm", "Key/AlgorithmParameters/Suite", "Key/AlgorithmParameters/ResponseFormat/@Length",
        "Key/AlgorithmParameters/ResponseFormat/@Encoding", "Key/AlgorithmParameters/ResponseFormat/@CheckDigits",
        "Key/Data/Secret/PlainValue", "Key/Data/Secret/EncryptedValue", "Key/Data/Secret/EncryptedValue/EncryptionMethod/@Algorithm",
        "Key/Data/Secret/EncryptedValue/CipherData/CipherValue", "Key/Data/Secret/ValueMAC",
        "Key/Data/TimeInterval/PlainValue", "Key/Data/TimeInterval/EncryptedValue",
        "Key/Policy/StartDate", "Key/Policy/ExpiryDate", "Key/Policy/PINPolicy/@PINUsageMode", KeyUsage, "Key/Policy/NumberOfTransactions");

    private const string Policy = "Key/Policy/";

    /// <summary>The elements of a policy that are understood here.</summary>
    private static readonly FrozenSet<string> KnownPolicies = FrozenSet.Create(
        StringComparer.Ordinal, Policy + "StartDate", Policy + "ExpiryDate", Policy + "PINPolicy", KeyUsage, Policy + "NumberOfTransactions");

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    private PskcElement(int line) => Line = line;

    /// <summary>Where it begins.</summary>
    public int Line { get; }

    /// <summary>Something stands there twice that can only be once: nobody knows which one counts.</summary>
    public bool Ambiguous { get; private set; }

    /// <summary>The key's policy has an element that is not understood here, perhaps another vendor's: nobody knows what it forbids.</summary>
    public bool HasUnknownPolicy { get; private set; }

    /// <summary>The text at a path without the blanks around it; empty for an element that has none, null if there is no such element.</summary>
    public string? this[string path] => _values.TryGetValue(path, out var value) ? value.Trim() : null;

    /// <summary>Reads the element that the reader stands on, to its end.</summary>
    /// <exception cref="XmlException">It is not well-formed.</exception>
    /// <exception cref="ImportRefusedException">It exceeds a bound.</exception>
    public static PskcElement Read(XmlReader reader)
    {
        var element = new PskcElement(LineOf(reader));
        var (depth, path) = (reader.Depth, new string[MaxDepth]);
        element.AddAttributes(reader, "");
        if (reader.IsEmptyElement)
            return element;
        while (reader.Read() && reader.Depth > depth)
        {
            RequireDepth(reader);
            var level = reader.Depth - depth;
            if (reader.NodeType == XmlNodeType.Element)
            {
                path[level - 1] = Namespaces.Contains(reader.NamespaceURI) ? reader.LocalName : "?";
                element.Begin(reader, string.Join('/', path, 0, level));
            }
            else if (reader.NodeType == XmlNodeType.Text)
            {
                element.Append(string.Join('/', path, 0, level - 1), reader.Value);
            }
        }

        return element;
    }

    /// <summary>An honest PSKC is ten deep or so; the reader remembers every open element.</summary>
    public static void RequireDepth(XmlReader reader)
    {
        if (reader.Depth >= MaxDepth)
            throw new ImportRefusedException(ImportFile.Unreadable($"elements more than {MaxDepth} deep.", LineOf(reader)));
    }

    public static int LineOf(XmlReader reader) => ((IXmlLineInfo)reader).LineNumber;

    private void Begin(XmlReader reader, string path)
    {
        HasUnknownPolicy |= path.StartsWith(Policy, StringComparison.Ordinal) && !KnownPolicies.Contains(path);
        if (Known.Contains(path) && !_values.TryAdd(path, ""))
        {
            Ambiguous |= path != KeyUsage; // the one element that may stand several times: a list
            Append(path, " ");
        }

        AddAttributes(reader, path + "/");
    }

    private void AddAttributes(XmlReader reader, string prefix)
    {
        while (reader.MoveToNextAttribute())
        {
            var path = prefix + "@" + reader.LocalName;
            if (reader.NamespaceURI.Length == 0 && Known.Contains(path))
                Ambiguous |= !_values.TryAdd(path, reader.Value);
        }

        reader.MoveToElement();
    }

    private void Append(string path, string text)
    {
        if (!_values.TryGetValue(path, out var before))
            return;
        if (before.Length + text.Length > MaxValueChars)
            throw new ImportRefusedException(ImportFile.Unreadable($"a value longer than {MaxValueChars} characters.", Line));
        _values[path] = before + text;
    }
}
