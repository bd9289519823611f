using System.Diagnostics;
using KenshinOtp.Institutions;
using KenshinOtp.Support;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Api.Tests;

/// <summary>Whoever guesses at link, IDs and PIN learns nothing, and has few tries.</summary>
public sealed class ActivationGuessTests : CentreTest
{
    private const string NoSuchCode = "AAAAAAAAAAAAAAAAAAAAAA";

    [Fact]
    public async Task Unknown_link_unknown_user_and_wrong_PIN_look_alike()
    {
        var customer = await Bank.Customer();
        await customer.Issue();
        var code = await customer.DownloadCode();

        var wrongPin = await Centre.Phone().Activate(code, customer.ServiceId, customer.UserId, "0000");
        var wrongUser = await Centre.Phone().Activate(code, customer.ServiceId, "nobody", Customer.Pin);
        var wrongCode = await Centre.Phone().Activate(NoSuchCode, customer.ServiceId, customer.UserId, Customer.Pin);

        wrongPin.Code.ShouldBe(422);
        wrongPin.Problem.ShouldBe("activation_failed");
        wrongUser.Text.ShouldBe(wrongPin.Text);
        wrongCode.Text.ShouldBe(wrongPin.Text);
    }

    [Fact]
    public async Task And_take_the_same_time()
    {
        await using var centre = await Centre.Start(("RateLimits:PerThingPerMinute", "1000"));
        var bank = await centre.Bank("9002", policy: [("activationAttempts", "20")]);
        var customer = await bank.Customer(); // with attempts enough to live through the measurement
        await customer.Issue();
        var code = await customer.DownloadCode();

        var known = new List<double>();
        var unknown = new List<double>();
        for (var i = 0; i < 15; i++)
        {
            known.Add(await Milliseconds(() => centre.Phone().Activate(code, customer.ServiceId, customer.UserId, "0000")));
            unknown.Add(await Milliseconds(() => centre.Phone().Activate(NoSuchCode, customer.ServiceId, customer.UserId, "0000")));
        }

        // The hash alone takes tens of milliseconds: whoever skipped it would be ten times quicker, however noisy the machine.
        var ratio = Median(unknown) / Median(known);
        ratio.ShouldBeInRange(0.4, 2.5);
    }

    [Fact]
    public async Task Five_failures_make_the_issuance_void_also_for_the_right_PIN()
    {
        var customer = await Bank.Customer();
        await customer.Issue();
        var code = await customer.DownloadCode();
        for (var i = 0; i < 5; i++)
            (await Centre.Phone().Activate(code, customer.ServiceId, customer.UserId, "0000")).Problem.ShouldBe("activation_failed");

        (await Centre.Phone().Activate(code, customer.ServiceId, customer.UserId, Customer.Pin)).Problem.ShouldBe("activation_void");

        (await customer.Look())["nextStep"].ShouldBe("issue");
        (await customer.Resend()).Problem.ShouldBe("activation_void");
        Wait(minutes: 30);
        await customer.ActivatedPhone();
    }

    [Fact]
    public async Task A_void_issuance_says_so_also_when_its_link_has_died_for_no_mail_helps_any_more()
    {
        var customer = await Bank.Customer();
        await customer.Issue();
        var code = await customer.DownloadCode();
        for (var i = 0; i < 5; i++)
            await Centre.Phone().Activate(code, customer.ServiceId, customer.UserId, "0000");

        Wait(minutes: 24 * 60);

        (await Centre.Phone().Activate(code, customer.ServiceId, customer.UserId, Customer.Pin)).Problem.ShouldBe("activation_void");
    }

    [Fact]
    public async Task Under_a_bound_that_was_lowered_the_right_PIN_still_counts_and_the_next_wrong_one_is_the_last()
    {
        var (customer, other) = (await Bank.Customer(), await Bank.Customer(userId: "sato"));
        await customer.Issue();
        var code = await customer.DownloadCode();
        await other.Issue();
        var otherCode = await other.DownloadCode();
        for (var i = 0; i < 4; i++)
        {
            await Centre.Phone().Activate(code, customer.ServiceId, customer.UserId, "0000");
            await Centre.Phone().Activate(otherCode, other.ServiceId, other.UserId, "0000");
        }

        await Centre.Services.GetRequiredService<InstitutionDesk>().ChangePolicy("9001", [KeyValuePair.Create("activationAttempts", "3")], CancellationToken.None);

        (await Centre.Phone().Activate(code, customer.ServiceId, customer.UserId, Customer.Pin)).Code.ShouldBe(200);
        (await Centre.Phone().Activate(otherCode, other.ServiceId, other.UserId, "0000")).Problem.ShouldBe("activation_failed");
        (await Centre.Phone().Activate(otherCode, other.ServiceId, other.UserId, Customer.Pin)).Problem.ShouldBe("activation_void");
    }

    [Fact]
    public async Task Guesses_at_once_are_counted_as_exactly_as_guesses_one_by_one()
    {
        var customer = await Bank.Customer();
        await customer.Issue();
        var code = await customer.DownloadCode();

        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            Centre.Phone().Activate(code, customer.ServiceId, customer.UserId, (1000 + i).ToString())));

        replies.Count(reply => reply.Problem == "activation_failed").ShouldBe(5);
        replies.Count(reply => reply.Problem == "activation_void").ShouldBe(15);
    }

    [Fact]
    public async Task Sending_the_mail_again_gives_no_new_guesses()
    {
        var customer = await Bank.Customer();
        await customer.Issue();
        for (var i = 0; i < 4; i++)
            await Centre.Phone().Activate(await customer.DownloadCode(), customer.ServiceId, customer.UserId, "0000");
        await customer.Resend();

        var code = await customer.DownloadCode();
        (await Centre.Phone().Activate(code, customer.ServiceId, customer.UserId, "0001")).Problem.ShouldBe("activation_failed");
        (await Centre.Phone().Activate(code, customer.ServiceId, customer.UserId, Customer.Pin)).Problem.ShouldBe("activation_void");
    }

    private static async Task<double> Milliseconds(Func<Task> act)
    {
        var start = Stopwatch.GetTimestamp();
        await act();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
