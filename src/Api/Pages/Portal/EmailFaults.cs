using KenshinOtp.Outbox;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>What is wrong with an address that is none: whoever counted the @ already is told something else.</summary>
internal static class EmailFaults
{
    public static string Of(string typed, PortalTexts texts)
    {
        if (typed.Length == 0)
            return texts["Issue_EmailMissing"];
        if (typed.Count(c => c == '@') != 1)
            return texts["Issue_EmailInvalid"];
        return typed.Length > MobileEmail.MaxLength || typed.IndexOf('@', StringComparison.Ordinal) > MobileEmail.MaxLocalLength
            ? texts["Issue_EmailTooLong", MobileEmail.MaxLocalLength, MobileEmail.MaxLength]
            : texts["Issue_EmailMalformed"];
    }
}
