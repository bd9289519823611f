using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace KenshinOtp.Security;

/// <summary>
/// Master keys as files <c>master-NNNN.key</c> (32 random bytes, base64) in a directory that only the service may read.
/// The highest number seals; the others open what they sealed. An empty directory gets its first key.
/// </summary>
public sealed class FileKeyRing : IKeyRing
{
    private const int KeyBytes = 32;

    private readonly Dictionary<string, byte[]> _masters = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string, string), byte[]> _derived = new();

    public FileKeyRing(string directory)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory);
        else
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (Directory.GetFiles(directory, "master-*.key").Length == 0)
            Create(Path.Combine(directory, "master-0001.key"));

        foreach (var path in Directory.GetFiles(directory, "master-*.key").Order(StringComparer.Ordinal))
        {
            CurrentId = Path.GetFileNameWithoutExtension(path)["master-".Length..];
            _masters[CurrentId] = Load(path);
        }
    }

    public string CurrentId { get; } = "";

    public byte[] Derive(string keyId, string purpose) => _derived.GetOrAdd((keyId, purpose), Derive);

    private byte[] Derive((string KeyId, string Purpose) key) =>
        _masters.TryGetValue(key.KeyId, out var master)
            ? HKDF.DeriveKey(HashAlgorithmName.SHA256, master, KeyBytes, info: Encoding.UTF8.GetBytes("kenshin-otp/" + key.Purpose))
            : throw new KeyMissingException(key.KeyId);

    private static byte[] Load(string path)
    {
        var key = Convert.FromBase64String(File.ReadAllText(path).Trim());
        return key.Length == KeyBytes ? key : throw new InvalidDataException($"{path} does not hold a key of {KeyBytes} bytes.");
    }

    // Written under another name and linked into place without overwriting: of two processes that start at once, both use the first one's key.
    private static void Create(string path)
    {
        var draft = path + "." + Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(draft, options))
        {
            stream.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes))));
            stream.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
        }
    }
}
