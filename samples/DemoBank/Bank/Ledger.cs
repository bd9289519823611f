using System.Text.Json;

namespace KenshinOtp.DemoBank.Bank;

public sealed record Payee(string Id, string Bank, string Account, string Name);

/// <summary>A transfer that waits for its password.</summary>
public sealed record Draft(string Number, Customer Customer, Account From, Payee Payee, long Amount);

/// <summary>A demo bank's books: a few accounts in one JSON file. Enough for a stage, not for a bank.</summary>
public sealed class Ledger
{
    public const long MaxAmount = 10_000_000;

    /// <summary>The most that a transfer of somebody without a token may move.</summary>
    public const long LimitWithoutToken = 100_000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Draft> _drafts = new(StringComparer.Ordinal);
    private readonly string _path;
    private readonly long _openingLimit;
    private Books _books;

    public Ledger(string path, BankProfile bank)
    {
        (_path, _openingLimit) = (path, bank.OpeningLimit);
        var kept = File.Exists(path) ? JsonSerializer.Deserialize<Books>(File.ReadAllText(path), Json) : null;
        _books = kept ?? new Books(0, bank.Accounts, []);
    }

    public static IReadOnlyList<Payee> Payees { get; } =
    [
        new("aozora", "デモ第一銀行 中央支店", "普通 1111111", "カ）アオゾラショウカイ"),
        new("minato", "デモ信用金庫 港支店", "普通 2222222", "ミナトウンソウ（ユ"),
        new("setsubi", "みずうみ信用組合 駅前支店", "普通 3333333", "スズカゼ セツビ"),
    ];

    public IReadOnlyList<Account> AccountsOf(Customer customer)
    {
        lock (_lock)
            return [.. _books.Accounts.Where(account => account.ServiceId == customer.ServiceId)];
    }

    /// <summary>The contract's transfers, newest first.</summary>
    public IReadOnlyList<Transfer> TransfersOf(Customer customer)
    {
        lock (_lock)
            return [.. _books.Transfers.Where(transfer => transfer.ServiceId == customer.ServiceId).Reverse()];
    }

    public Transfer? FindTransfer(Customer customer, string number) => TransfersOf(customer).FirstOrDefault(transfer => transfer.Number == number);

    public Draft? FindDraft(Customer customer, string number)
    {
        lock (_lock)
            return _drafts.TryGetValue(number, out var draft) && draft.Customer == customer ? draft : null;
    }

    public Draft Prepare(Customer customer, Account from, Payee payee, long amount)
    {
        lock (_lock)
        {
            _books = _books with { LastNumber = _books.LastNumber + 1 };
            Save();
            var draft = new Draft($"FT{_books.LastNumber:000000}", customer, from, payee, amount);
            _drafts[draft.Number] = draft;
            return draft;
        }
    }

    /// <summary>
    /// Uses an accepted verification up. The centre repeats an acceptance to whoever repeats its call, and what makes a call the same comes from a form: so the
    /// bank itself sees to it that one password does one thing once. Deeds other than a log-in use it up in the same writing as they are done.
    /// </summary>
    /// <returns>False if it has served before.</returns>
    public bool TryUse(Client.Verification accepted)
    {
        lock (_lock)
        {
            var fresh = MarkUsed(accepted);
            if (fresh)
                Save();
            return fresh;
        }
    }

    /// <summary>Books the transfer once, however often it is asked to.</summary>
    /// <returns>False if the balance does not suffice any more.</returns>
    public bool Book(Draft draft, Client.Verification accepted)
    {
        lock (_lock)
        {
            if (_books.Transfers.Any(transfer => transfer.Number == draft.Number))
                return true;
            var source = _books.Accounts.First(account => account.Number == draft.From.Number);
            var covered = MarkUsed(accepted) && source.Balance >= draft.Amount;
            if (covered)
            {
                Move(draft, source, accepted);
                _drafts.Remove(draft.Number);
            }

            Save();
            return covered;
        }
    }

    /// <summary>The most that one transfer of the contract may move, at the hand of this customer.</summary>
    public long LimitOf(Customer customer)
    {
        lock (_lock)
        {
            var limit = _books.Limits?.GetValueOrDefault(customer.ServiceId, _openingLimit) ?? _openingLimit;
            return _books.Tokenless?.Contains(customer.UserId, StringComparer.Ordinal) == true ? Math.Min(limit, LimitWithoutToken) : limit;
        }
    }

    /// <summary>Whether the contract chose a limit of its own.</summary>
    public bool HasChosenLimit(Customer customer)
    {
        lock (_lock)
            return _books.Limits?.ContainsKey(customer.ServiceId) == true;
    }

    /// <summary>Changes the limit once, however often it is asked to. Whoever does so with a password has a token again.</summary>
    public void ChangeLimit(Customer customer, long limit, Client.Verification accepted)
    {
        lock (_lock)
        {
            if (!MarkUsed(accepted))
                return;
            var others = _books.Limits?.Where(known => known.Key != customer.ServiceId) ?? [];
            _books = _books with
            {
                Limits = others.Append(new(customer.ServiceId, limit)).ToDictionary(StringComparer.Ordinal),
                Tokenless = [.. _books.Tokenless?.Where(userId => userId != customer.UserId) ?? []],
            };
            Save();
        }
    }

    /// <summary>How far the centre's events were read; null before the first reading.</summary>
    public string? EventCursor
    {
        get
        {
            lock (_lock)
                return _books.EventCursor;
        }
    }

    /// <summary>お知らせ for the customer, newest first.</summary>
    public IReadOnlyList<Bulletin> BulletinsFor(Customer customer)
    {
        lock (_lock)
            return [.. (_books.Bulletins ?? []).Where(bulletin => bulletin.ServiceId == customer.ServiceId && bulletin.UserId == customer.UserId).Reverse()];
    }

    /// <summary>Writes down what follows from an event, once, however often it is read.</summary>
    /// <param name="bulletin">What the user is told.</param>
    /// <param name="lowersLimit">Whether the user has no token any more.</param>
    public void Post(Bulletin bulletin, bool lowersLimit)
    {
        lock (_lock)
        {
            var known = _books.Bulletins ?? [];
            if (known.Contains(bulletin))
                return;
            _books = _books with
            {
                Bulletins = [.. known, bulletin],
                Tokenless = lowersLimit ? [.. (_books.Tokenless ?? []).Append(bulletin.UserId).Distinct(StringComparer.Ordinal)] : _books.Tokenless,
            };
            Save();
        }
    }

    public void MoveEventCursor(string cursor)
    {
        lock (_lock)
        {
            if (_books.EventCursor == cursor)
                return;
            _books = _books with { EventCursor = cursor };
            Save();
        }
    }

    /// <summary>The user's certificate, or null.</summary>
    public Certificate? CertificateOf(Customer customer)
    {
        lock (_lock)
            return _books.Certificates?.LastOrDefault(certificate => certificate.UserId == customer.UserId);
    }

    /// <summary>取得・更新: a new certificate takes the place of the old one, once, however often it is asked for.</summary>
    public void Certify(Customer customer, Client.Verification accepted)
    {
        lock (_lock)
        {
            if (!MarkUsed(accepted))
                return;
            var number = _books.LastNumber + 1;
            var certificate = new Certificate(customer.UserId, $"CERT{number:000000}", accepted.VerifiedAt, accepted.VerifiedAt.AddYears(1));
            var others = _books.Certificates?.Where(known => known.UserId != customer.UserId) ?? [];
            _books = _books with { LastNumber = number, Certificates = [.. others, certificate] };
            Save();
        }
    }

    /// <summary>It is not forgotten either: who knows how long the centre remembers the call, and what it belonged to?</summary>
    private bool MarkUsed(Client.Verification accepted)
    {
        var used = _books.UsedVerifications ?? [];
        if (used.Contains(accepted.VerificationId, StringComparer.Ordinal))
            return false;
        _books = _books with { UsedVerifications = [.. used, accepted.VerificationId] };
        return true;
    }

    private void Move(Draft draft, Account source, Client.Verification accepted) => _books = _books with
    {
        Accounts = [.. _books.Accounts.Select(account => account == source ? source with { Balance = source.Balance - draft.Amount } : account)],
        Transfers =
        [
            .. _books.Transfers,
            new(
                draft.Number, draft.Customer.ServiceId, draft.Customer.UserId, $"{source.Kind} {source.Number}", draft.Payee, draft.Amount,
                accepted.VerifiedAt, accepted.Serial, accepted.VerificationId),
        ],
    };

    private void Save()
    {
        File.WriteAllText(_path + ".new", JsonSerializer.Serialize(_books, Json));
        File.Move(_path + ".new", _path, overwrite: true);
    }
}
