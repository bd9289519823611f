using KenshinOtp.Activation;
using KenshinOtp.Audit;
using KenshinOtp.Issuance;
using KenshinOtp.Results;
using KenshinOtp.Security;
using KenshinOtp.Support;
using KenshinOtp.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Api.Tests;

/// <summary>What befalls an issuance while the PIN of an activation that has read it is judged.</summary>
public sealed class ActivationMidwayTests : CentreTest
{
    private Customer _customer = null!;
    private string _code = "";

    [Theory]
    [InlineData(Customer.Pin)]
    [InlineData("0000")]
    public async Task Guesses_that_make_it_void_come_first_whatever_the_PIN(string pin)
    {
        await Issue();

        var answer = await Activate(pin, meanwhile: async () =>
        {
            for (var i = 0; i < 5; i++)
                await Centre.Phone().Activate(_code, _customer.ServiceId, _customer.UserId, "0000");
        });

        answer.Problem!.Code.ShouldBe("activation_void");
        (await Audit.Actions(Centre)).Count(action => action == "activation.refused").ShouldBe(5);
        (await _customer.Look())["token.status"].ShouldBe("issued");
    }

    [Fact]
    public async Task A_mail_that_is_sent_again_leaves_a_dead_link()
    {
        await Issue();

        (await Activate(Customer.Pin, meanwhile: () => _customer.Resend())).Problem!.Code.ShouldBe("download_expired");

        (await _customer.Look())["token.status"].ShouldBe("issued");
    }

    [Fact]
    public async Task Another_activation_comes_first_and_this_one_counts()
    {
        await Issue();
        var first = Centre.Phone();

        var answer = await Activate(Customer.Pin, meanwhile: () => first.Activate(_code, _customer.ServiceId, _customer.UserId, Customer.Pin));

        (await _customer.Confirm(await first.Password())).Problem.ShouldBe("invalid_otp");
        (await _customer.Confirm(await first.Password(Phone.Base32(answer.Value!.Secret!)))).Code.ShouldBe(200);
    }

    [Fact]
    public async Task A_token_that_is_confirmed_meanwhile_keeps_its_secret()
    {
        await Issue();
        var first = Centre.Phone();

        var answer = await Activate(Customer.Pin, meanwhile: async () =>
        {
            await first.Activate(_code, _customer.ServiceId, _customer.UserId, Customer.Pin);
            (await _customer.Confirm(await first.Password())).Code.ShouldBe(200);
        });

        answer.Problem!.Code.ShouldBe("invalid_transition");
        Wait(minutes: 1);
        (await _customer.Verify(await first.Password()))["result"].ShouldBe("accepted");
    }

    [Fact]
    public async Task A_token_that_is_revoked_meanwhile_leaves_a_dead_link()
    {
        await Issue();

        (await Activate(Customer.Pin, meanwhile: () => _customer.Do("revoke"))).Problem!.Code.ShouldBe("download_expired");
    }

    private async Task Issue()
    {
        _customer = await Bank.Customer();
        await _customer.Issue();
        _code = await _customer.DownloadCode();
    }

    private Task<Result<Credential>> Activate(string pin, Func<Task> meanwhile)
    {
        var keys = new InterruptedKeyRing(Centre.Services.GetRequiredService<IKeyRing>(), meanwhile); // the PIN is judged with a key
        var handler = ActivatorUtilities.CreateInstance<ActivateTokenHandler>(Centre.Services, new PinHasher(new SlowHash(keys)));
        BearerCode.TryParse(_code, out var code).ShouldBeTrue();
        ActivationPin.TryParse(pin, out var typed).ShouldBeTrue();
        return handler.Handle(new(code, _customer.ServiceId, _customer.UserId, typed, Device: null, Actor.App(address: null)), CancellationToken.None);
    }
}
