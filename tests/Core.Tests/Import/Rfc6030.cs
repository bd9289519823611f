namespace KenshinOtp.Core.Tests.Import;

/// <summary>The examples of RFC 6030, by the number of their figure.</summary>
internal static class Rfc6030
{
    /// <summary>A plain key (§4.3.1).</summary>
    public static string Figure2 { get; } = Read("Figure2.xml");

    /// <summary>A key by reference to key derivation (§4.4).</summary>
    public static string Figure4 { get; } = Read("Figure4.xml");

    /// <summary>A plain key and its PIN (§5.1).</summary>
    public static string Figure5 { get; } = Read("Figure5.xml");

    /// <summary>Encrypted with a pre-shared key (§6.1).</summary>
    public static string Figure6 { get; } = Read("Figure6.xml");

    /// <summary>Encrypted with the passphrase <c>qwerty</c> (§6.2).</summary>
    public static string Figure7 { get; } = Read("Figure7.xml");

    /// <summary>Several devices (§9).</summary>
    public static string Figure10 { get; } = Read("Figure10.xml");

    private static string Read(string name)
    {
        var figure = typeof(Rfc6030).Assembly.GetManifestResourceStream(typeof(Rfc6030), "Figures." + name) ?? throw new InvalidOperationException($"{name} is not there.");
        using var reader = new StreamReader(figure);
        return reader.ReadToEnd();
    }
}
