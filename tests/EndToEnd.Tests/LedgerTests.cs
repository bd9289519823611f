using KenshinOtp.DemoBank.Bank;
using KenshinOtp.Institutions;

namespace KenshinOtp.EndToEnd.Tests;

/// <summary>The demo bank's books: what a password was accepted for is done once.</summary>
public sealed class LedgerTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 3, 0, 0, TimeSpan.Zero);
    private static readonly Customer Sato = new(new("P2000001", "佐藤 美咲", Branch: null), "sato", "佐藤 美咲", IsAdministrator: false);

    private static readonly BankProfile Bank = new()
    {
        Slug = "bank", Code = "9002", Name = "Bank", Title = "Bank", Channel = "", Kind = "", Summary = "", Preset = Presets.ShinkinPersonal, MailFrom = "",
        Customers = [Sato], Accounts = [new(Sato.ServiceId, "普通預金", "2345678", 1000)], Menu = [], Guide = [], English = [], OpeningLimit = 500,
    };

    private readonly string _directory = Directory.CreateTempSubdirectory("kenshin-ledger-").FullName;

    [Fact]
    public void An_acceptance_that_is_repeated_does_not_bring_an_old_limit_back()
    {
        Books().ChangeLimit(Sato, 900, Accepted("one"));
        Books().ChangeLimit(Sato, 100, Accepted("two"));

        Books().ChangeLimit(Sato, 900, Accepted("one"));

        Books().LimitOf(Sato).ShouldBe(100);
    }

    [Fact]
    public void An_acceptance_that_is_repeated_makes_no_second_certificate()
    {
        Books().Certify(Sato, Accepted("one"));
        var first = Books().CertificateOf(Sato).ShouldNotBeNull();

        Books().Certify(Sato, Accepted("one"));

        Books().CertificateOf(Sato).ShouldBe(first);
    }

    [Fact]
    public void An_acceptance_lets_nobody_in_twice_also_after_the_bank_was_closed()
    {
        Books().TryUse(Accepted("one")).ShouldBeTrue();

        Books().TryUse(Accepted("one")).ShouldBeFalse();
        Books().TryUse(Accepted("two")).ShouldBeTrue();
    }

    [Fact]
    public void A_transfer_is_booked_once_whichever_password_comes_second()
    {
        var books = Books();
        var draft = books.Prepare(Sato, Bank.Accounts[0], Ledger.Payees[0], 400);

        foreach (var verification in new[] { "one", "one", "two" })
            books.Book(draft, Accepted(verification)).ShouldBeTrue();

        books.AccountsOf(Sato).Single().Balance.ShouldBe(600);
    }

    [Fact]
    public void A_transfer_that_the_balance_did_not_cover_is_not_booked_by_the_same_password_later()
    {
        var books = Books();
        var draft = books.Prepare(Sato, Bank.Accounts[0], Ledger.Payees[0], 400);
        books.Book(books.Prepare(Sato, Bank.Accounts[0], Ledger.Payees[0], 700), Accepted("one")).ShouldBeTrue();
        books.Book(draft, Accepted("two")).ShouldBeFalse();

        books.Book(draft, Accepted("two")).ShouldBeFalse();

        books.AccountsOf(Sato).Single().Balance.ShouldBe(300);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    /// <summary>The books as they are on the disk.</summary>
    private Ledger Books() => new(Path.Combine(_directory, "bank.json"), Bank);

    private static DemoBank.Client.Verification Accepted(string id) => new(id, "accepted", Reason: null, "SKTS00012345", RemainingAttempts: 10, Now);
}
