using KenshinOtp.DemoBank.Bank;
using KenshinOtp.DemoBank.Bank.Profiles;

namespace KenshinOtp.DemoBank.Startup;

/// <summary>The files of the demo, and the lock that keeps a second demo away from them.</summary>
internal sealed class DemoDirectory : IDisposable
{
    private static readonly string[] Files =
    [
        "kenshin-otp.db", "kenshin-otp.db-wal", "kenshin-otp.db-shm",
        .. All.Banks.SelectMany(bank => new[] { BooksOf(bank), ApiKeyOf(bank), HardwareTokensOf(bank) }),
    ];

    private static readonly (string Directory, string Pattern)[] Folders =
        [("mail", "*.eml"), (Path.Combine("keys", "http"), "key-*.xml"), ("keys", "master-*.key"), ("keys", "audit-head*"), ("bank-keys", "key-*.xml")];

    private readonly string _path;
    private readonly FileStream _lock;

    private DemoDirectory(string path, FileStream lockFile) => (_path, _lock) = (path, lockFile);

    public string Database => Path.Combine(_path, Files[0]);

    public string Mail => Path.Combine(_path, "mail");

    public string CentreKeys => Path.Combine(_path, "keys");

    public string BankKeys => Path.Combine(_path, "bank-keys");

    /// <exception cref="DemoException">Another demo uses it, or it cannot be written.</exception>
    public static DemoDirectory Open(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            return new DemoDirectory(path, new FileStream(Path.Combine(path, "demo.lock"), new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                Options = FileOptions.DeleteOnClose,
            }));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DemoException(
                $"{path} cannot be used ({e.Message}): choose another directory with {DemoCommand.DataOption}. / "
                + $"{DemoCommand.DataOption} で別のフォルダを指定してください。");
        }
    }

    /// <summary>Deletes what a demo wrote, by name; whatever else is there stays.</summary>
    public void Reset()
    {
        foreach (var file in Files)
            File.Delete(Path.Combine(_path, file));
        foreach (var (name, pattern) in Folders)
        {
            var folder = Path.Combine(_path, name);
            if (!Directory.Exists(folder))
                continue;
            foreach (var file in Directory.GetFiles(folder, pattern))
                File.Delete(file);
            if (!Directory.EnumerateFileSystemEntries(folder).Any())
                Directory.Delete(folder);
        }
    }

    public string Books(BankProfile bank) => Path.Combine(_path, BooksOf(bank));

    /// <returns>The API key of an earlier run, or null.</returns>
    public string? ReadApiKey(BankProfile bank) => Read(ApiKeyOf(bank))?.Trim();

    public void WriteApiKey(BankProfile bank, string key) => Write(ApiKeyOf(bank), key);

    /// <returns>The token file of an earlier run, or null.</returns>
    public string? ReadHardwareTokens(BankProfile bank) => Read(HardwareTokensOf(bank));

    public void WriteHardwareTokens(BankProfile bank, string tokens) => Write(HardwareTokensOf(bank), tokens);

    public void DeleteHardwareTokens(BankProfile bank) => File.Delete(Path.Combine(_path, HardwareTokensOf(bank)));

    public void Dispose() => _lock.Dispose();

    private static string BooksOf(BankProfile bank) => $"bank{Suffix(bank)}.json";

    private static string ApiKeyOf(BankProfile bank) => "api-key" + Suffix(bank);

    private static string HardwareTokensOf(BankProfile bank) => $"hardware-tokens{Suffix(bank)}.csv";

    /// <summary>The first bank was the only one once: its files have kept their names.</summary>
    private static string Suffix(BankProfile bank) => bank == All.Banks[0] ? "" : "-" + bank.Code;

    private string? Read(string name)
    {
        var path = Path.Combine(_path, name);
        return File.Exists(path) ? File.ReadAllText(path) : null;
    }

    /// <summary>Only the owner may read it, from the first byte on; it is there whole or not at all.</summary>
    private void Write(string name, string text)
    {
        var (path, draft) = (Path.Combine(_path, name), Path.Combine(_path, name + ".new"));
        File.Delete(draft);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(draft, options))
            writer.Write(text);
        File.Move(draft, path, overwrite: true);
    }
}
