namespace KenshinOtp.Api.Tests;

public sealed class ResyncTests : ShinkinTest
{
    [Theory]
    [InlineData(100)]
    [InlineData(-100)]
    [InlineData(900)]
    public async Task A_token_that_has_drifted_far_is_found_again_by_two_passwords_in_a_row(int drift)
    {
        var (customer, phone) = await Bank.CustomerWithRegisteredToken();
        Centre.Clock.Advance(TimeSpan.FromDays(1));
        (await customer.Verify(await phone.Password(drift)))["reason"].ShouldBe("otp_mismatch");

        (await customer.Resync(await phone.Password(drift), await phone.Password(drift + 1))).Code.ShouldBe(200);

        (await customer.Verify(await phone.Password(drift + 1)))["reason"].ShouldBe("otp_replayed"); // both are used up
        Centre.Clock.Advance(TimeSpan.FromMinutes(1));
        (await customer.Verify(await phone.Password(drift)))["result"].ShouldBe("accepted");
        Centre.Clock.Advance(TimeSpan.FromMinutes(1));
        (await customer.Verify(await phone.Password(drift + 1)))["result"].ShouldBe("accepted"); // and the drift is followed
    }

    [Fact]
    public async Task Two_passwords_that_do_not_follow_each_other_count_as_one_wrong_one()
    {
        var (customer, phone) = await Bank.CustomerWithRegisteredToken();

        var refused = await customer.Resync(await phone.Password(100), await phone.Password(102));
        (refused.Problem, refused["reason"], refused["remainingAttempts"]).ShouldBe(("invalid_otp", "otp_mismatch", "9"));
        (await customer.Resync(await phone.Password(101), await phone.Password(100)))["remainingAttempts"].ShouldBe("8");
        (await customer.Resync(await phone.Password(5000), await phone.Password(5001)))["remainingAttempts"].ShouldBe("7");
    }

    [Fact]
    public async Task Used_passwords_do_not_resynchronise_and_a_locked_token_does_not_tell()
    {
        var (customer, phone) = await Bank.CustomerWithRegisteredToken();
        (await customer.Resync(await phone.Password(-2), await phone.Password(-1)))["reason"].ShouldBe("otp_replayed");
        (await customer.Resync(await phone.Password(-1), await phone.Password()))["reason"].ShouldBe("otp_replayed"); // one of them

        for (var i = 0; i < 10; i++)
            await customer.Verify(await phone.WrongPassword());
        (await customer.Resync(await phone.Password(1), await phone.Password(2)))["reason"].ShouldBe("token_locked");
    }
}
