using KenshinOtp.Institutions;
using KenshinOtp.Security;

namespace KenshinOtp.Issuance;

/// <summary>The addresses under which customers reach the centre.</summary>
/// <param name="Base">The setting <c>PublicUrl</c>, without a slash at its end.</param>
public sealed record PublicUrls(string Base)
{
    /// <summary>Whether customers come over TLS, whatever a proxy in front makes of it on the last stretch.</summary>
    public bool AreSecure => Base.StartsWith("https://", StringComparison.Ordinal);

    /// <summary>The URL in the mail.</summary>
    public string Download(BearerCode code) => $"{Base}/d/{code.Reveal()}";

    /// <summary>The token app, for smartphones or for keypads: whichever asks.</summary>
    public string App => $"{Base}/d";

    /// <summary>The token app, told to make a token of this institution.</summary>
    public string AppOf(InstitutionCode institution) => $"{App}#i={institution}";

    /// <summary>A single-use link to a hosted page.</summary>
    public string Portal(BearerCode code) => $"{Base}/p/{code.Reveal()}";
}
