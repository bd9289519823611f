using System.Security.Cryptography;
using System.Text;
using KenshinOtp.Security;
using KenshinOtp.Text;

namespace KenshinOtp.Staff;

/// <summary>The passwords that staff log in with.</summary>
public sealed class StaffPasswords(SlowHash slow)
{
    /// <summary>Bounds in characters. Length is what counts (NIST SP 800-63B §3.1.1): no rule about kinds of characters.</summary>
    public const int MinLength = 10, MaxLength = 128;

    /// <summary>So many characters must differ: a few over and over are guessed.</summary>
    public const int MinDifferent = 5;

    /// <summary>A log-in name of so many characters may not be part of the password; a shorter one is part of every other sentence, and gives nothing away.</summary>
    public const int TellingLogin = 4;

    /// <summary>The rule of <see cref="IsAcceptable"/> for a refusal.</summary>
    public static readonly string Rule =
        $"password must be {MinLength} to {MaxLength} characters, at least {MinDifferent} of them different, and must not contain the login if that has {TellingLogin} characters or more.";

    private const string Purpose = "staff-password";
    private const string Legible = "abcdefghjkmnpqrstuvwxyz23456789";
    private const int TemporaryLength = 16;

    private string? _decoy;

    /// <summary>
    /// Whether it may be chosen: <see cref="MinLength"/> to <see cref="MaxLength"/> characters, at least <see cref="MinDifferent"/> of them different, and without
    /// the log-in name (in any case of letters) if that has <see cref="TellingLogin"/> characters or more.
    /// </summary>
    public static bool IsAcceptable(string password, StaffMember member) =>
        password.Length is >= MinLength and <= MaxLength
        && password.Distinct().Count() >= MinDifferent
        && (member.Login.Length < TellingLogin || !password.Contains(member.Login, StringComparison.OrdinalIgnoreCase));

    /// <summary>A password to be handed over once and changed at the first log-in.</summary>
    public static string Temporary() => RandomNumberGenerator.GetString(Legible, TemporaryLength);

    public string Hash(string password) => slow.Hash(Purpose, Bytes(password));

    /// <summary>Takes the same time whether the password is right, wrong, or there is nobody of that name.</summary>
    public bool Matches(string password, StaffMember? member) =>
        slow.Matches(Purpose, Bytes(password), member?.PasswordHash ?? (_decoy ??= Hash(Temporary()))) && member is not null;

    private static byte[] Bytes(string password) => Encoding.UTF8.GetBytes(NormalForm.Of(password, NormalizationForm.FormC));
}
