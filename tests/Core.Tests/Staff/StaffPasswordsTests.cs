using KenshinOtp.Staff;

namespace KenshinOtp.Core.Tests.Staff;

public sealed class StaffPasswordsTests
{
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
}
