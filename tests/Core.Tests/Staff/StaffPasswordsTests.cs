using KenshinOtp.Security;
using KenshinOtp.Staff;

namespace KenshinOtp.Core.Tests.Staff;

public sealed class StaffPasswordsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory().FullName;

    [Theory]
    [InlineData("a", "correct-horse-battery", true)]
    [InlineData("sat", "saturday-in-spring", true)]
    [InlineData("sato", "sato-sato-123", false)]
    [InlineData("sato", "Potsdam-SATO-7", false)]
    [InlineData("sato", "湖のほとりの古い桜並木", true)]
    [InlineData("sato", "nine-char", false)]
    [InlineData("sato", "ten-chars!", true)]
    [InlineData("sato", "abcdabcdabcd", false)]
    [InlineData("sato", "abcdeabcdeab", true)]
    public void A_password_is_long_varied_and_does_not_hold_a_telling_log_in_name(string login, string password, bool acceptable)
    {
        var member = new StaffMember { Id = "1", InstitutionId = "1", Login = login, DisplayName = "佐藤", Role = StaffRole.Teller, PasswordHash = "" };

        StaffPasswords.IsAcceptable(password, member).ShouldBe(acceptable);
    }

    [Fact]
    public void A_password_is_the_same_in_either_form_of_its_characters_and_of_what_is_no_character_merely_wrong()
    {
        var passwords = new StaffPasswords(new SlowHash(new FileKeyRing(_directory)));
        var member = new StaffMember { Id = "1", InstitutionId = "1", Login = "sato", DisplayName = "佐藤", Role = StaffRole.Teller, PasswordHash = passwords.Hash("がっこうのさくらなみき") };

        passwords.Matches("か\u3099っこうのさくらなみき", member).ShouldBeTrue();
        foreach (var typed in new[] { "がっこうのさくらなみき\ufffe", "がっこう\ud83dのさくらなみき", "\ufffe" })
            passwords.Matches(typed, member).ShouldBeFalse();
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
