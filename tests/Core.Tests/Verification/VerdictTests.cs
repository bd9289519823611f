using KenshinOtp.Verification;

namespace KenshinOtp.Core.Tests.Verification;

public sealed class VerdictTests
{
    [Fact]
    public void What_was_not_judged_is_not_accepted_and_has_no_answer()
    {
        var unjudged = default(Verdict);

        unjudged.Change.ShouldBe(PasswordChange.None);
        new PasswordOutcome(unjudged.Reason).Accepted.ShouldBeFalse();
        Should.Throw<ArgumentOutOfRangeException>(() => unjudged.Reason.Code());
    }
}
