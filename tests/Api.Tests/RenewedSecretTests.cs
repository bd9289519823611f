using KenshinOtp.Support;

namespace KenshinOtp.Api.Tests;

/// <summary>A token between its renewal and the first password of the new secret, wherever else than at a verification a password is typed.</summary>
public sealed class RenewedSecretTests : IAsyncLifetime
{
    private Centre _centre = null!;
    private Bank _bank = null!;

    public async Task InitializeAsync()
    {
        _centre = await Centre.Start();
        _bank = await _centre.Bank("9002", "shinkin-business", [("tokenValidityDays", "730")]);
    }

    public async Task DisposeAsync() => await _centre.DisposeAsync();

    [Fact]
    public async Task A_discontinued_token_lives_on_if_the_password_completed_its_renewal_and_dies_if_it_was_of_the_old_secret()
    {
        var (completed, phone, _) = await Renewed("S1", days: 710);
        var (half, other, old) = await Renewed("S2", days: 710);

        (await completed.Discontinue(await phone.Password()))["token.status"].ShouldBe("unbound");
        (await half.Discontinue(await other.Password(old)))["token.status"].ShouldBe("revoked");
    }

    [Fact]
    public async Task Two_passwords_in_a_row_of_the_new_secret_complete_the_renewal_and_are_used_up()
    {
        var (customer, phone, old) = await Renewed("S1", days: 710);

        (await customer.Resync(await phone.Password(99), await phone.Password(100))).Code.ShouldBe(200);

        (await customer.Verify(await phone.Password(100)))["reason"].ShouldBe("otp_replayed");
        _centre.Clock.Advance(TimeSpan.FromMinutes(1));
        (await customer.Verify(await phone.Password(old, stepsAhead: 100)))["reason"].ShouldBe("otp_mismatch");
        (await customer.Verify(await phone.Password(100)))["result"].ShouldBe("accepted");
    }

    [Fact]
    public async Task An_app_that_renews_once_more_completes_the_renewal_and_its_password_is_used_up()
    {
        var (customer, phone, old) = await Renewed("S1", days: 710);
        var password = await phone.Password();

        (await phone.Renew(password)).Problem.ShouldBe("renewal_not_open");

        (await customer.Verify(password))["reason"].ShouldBe("otp_replayed");
        _centre.Clock.Advance(TimeSpan.FromMinutes(1));
        (await customer.Verify(await phone.Password(old)))["reason"].ShouldBe("otp_mismatch");
        (await customer.Verify(await phone.Password()))["result"].ShouldBe("accepted");
    }

    [Fact]
    public async Task A_right_password_of_the_new_secret_is_spared_when_the_new_token_s_was_wrong()
    {
        var (customer, phone, _) = await Renewed("S1", days: 710);
        var (current, next) = (await phone.Password(), await _bank.EnrolledPhone());

        (await customer.Exchange(current, next.Serial, await next.WrongPassword()))["field"].ShouldBe("newOtp");
        (await customer.Exchange(current, next.Serial, await next.Password())).Code.ShouldBe(200);
    }

    [Fact]
    public async Task After_its_date_the_old_secret_serves_for_nothing()
    {
        var (customer, phone, old) = await Renewed("S1", days: 731);
        var next = await _bank.EnrolledPhone();

        (await customer.Resync(await phone.Password(old, 99), await phone.Password(old, 100)))["reason"].ShouldBe("token_expired");
        var refused = await customer.Exchange(await phone.Password(old), next.Serial, await next.WrongPassword());
        (refused["field"], refused["reason"]).ShouldBe(("currentOtp", "token_expired"));
        (await customer.Discontinue(await phone.Password(old)))["reason"].ShouldBe("token_expired");
    }

    /// <summary>A customer whose token was renewed so many days after its registration, the phone, and the secret before.</summary>
    private async Task<(Customer Customer, Phone Phone, byte[] Old)> Renewed(string serviceId, int days)
    {
        var (customer, phone) = await _bank.CustomerWithRegisteredToken(serviceId);
        var old = phone.Secret;
        _centre.Clock.Advance(TimeSpan.FromDays(days));
        (await phone.Renew(await phone.Password())).Code.ShouldBe(200);
        _centre.Clock.Advance(TimeSpan.FromSeconds(30));
        return (customer, phone, old);
    }
}
