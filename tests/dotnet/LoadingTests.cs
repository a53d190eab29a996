using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Text;
using Xunit;

namespace Sonoran.Tests;

/// <summary>A native library that is missing, or is another one, is told in words that help.</summary>
public sealed class LoadingTests
{
    public const string InAProcess = "load";

    [Fact]
    public async Task A_missing_library_is_told_with_what_to_copy_and_where()
    {
        using var copy = new ProgramCopy();
        var told = await copy.LoadingProblem();
        Assert.Contains($"no native library for this platform, {Rid}", told);
        Assert.Contains($"runtimes/{Rid}/native into {copy.Folder}", told);
        Assert.Contains($"Looked in {copy.Folder}", told);
        told = await copy.LoadingProblem(library: "/no/such/library.so");
        Assert.Contains("SONORAN_NATIVE_LIBRARY names /no/such/library.so, and there is no such file", told);
    }

    [Fact]
    public async Task The_library_of_another_system_is_told_with_how_to_publish()
    {
        using var copy = new ProgramCopy();
        var other = OperatingSystem.IsWindows() ? "libsonoran_net.so" : "sonoran_net.dll";
        copy.Write(other, []);
        var told = await copy.LoadingProblem();
        Assert.Contains($"one for another platform, {Path.Combine(copy.Folder, other)}", told);
        Assert.Contains($"dotnet publish -r {Rid}", told);
    }

    [Fact]
    public async Task The_library_of_another_processor_or_C_library_is_told()
    {
        (byte Processor, string Needs, string Platform)[] libraries = [(62, "libc.so.6", "linux-x64"), (183, "libc.so.6", "linux-arm64"), (62, "libc.so", "linux-musl-x64")];
        using var copy = new ProgramCopy();
        foreach (var (processor, needs, platform) in libraries.Where(library => library.Platform != Rid))
        {
            var header = new byte[64];
            "\u007fELF\u0002"u8.CopyTo(header);
            header[18] = processor;
            copy.Write(ProgramCopy.Library, [.. header, .. Encoding.ASCII.GetBytes($"\0{needs}\0")]);
            var told = await copy.LoadingProblem();
            Assert.Contains($"it is for {platform}, and this process is {Rid}. Publish with \"dotnet publish -r {Rid}\"", told);
        }
    }

    [Fact]
    public async Task A_file_that_is_no_library_is_told_as_damaged()
    {
        using var copy = new ProgramCopy();
        copy.Write(ProgramCopy.Library, "version https://git-lfs.github.com/spec/v1"u8.ToArray());
        var told = await copy.LoadingProblem();
        Assert.Contains(ProgramCopy.Library, told);
        Assert.Contains("the file is damaged", told);
    }

    [Theory]
    [InlineData("/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found (required by libsonoran_net.so)", "needs glibc 2.17")]
    [InlineData("libsonoran_net.so: failed to map segment from shared object", "noexec")]
    [InlineData("libsonoran_net.so: out of memory", "out of memory")]
    public void The_systems_own_reason_is_told_with_what_it_means(string reason, string told)
    {
        var error = Construct(() => throw new DllNotFoundException($"Unable to load shared library 'sonoran_net' or one of its dependencies.\n{reason}\n"));
        Assert.IsType<DllNotFoundException>(error);
        Assert.Contains(reason, error.Message);
        Assert.Contains(told, error.Message);
    }

    [Fact]
    public void Another_library_is_told_as_one_of_another_version()
    {
        var error = Construct(() => NativeLibrary.Load("libc.so.6"));
        Assert.IsType<InvalidOperationException>(error);
        Assert.Contains("different versions", error.Message);
    }

    /// <summary>What this program says when it makes a client.</summary>
    public static string Problem() => Assert.ThrowsAny<Exception>(() => new SonoranClient(new SonoranClientOptions())).Message;

    // As the package names it: .NET's own name may be that of a distribution.
    private static string Rid => Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(ProgramCopy.Library)))!;

    /// <summary>Makes a client of a second copy of the assembly, whose native library is found so.</summary>
    private static Exception Construct(Func<nint> library)
    {
        var context = new AssemblyLoadContext(null);
        var assembly = context.LoadFromAssemblyPath(typeof(SonoranClient).Assembly.Location);
        NativeLibrary.SetDllImportResolver(assembly, (_, _, _) => library());
        var options = Activator.CreateInstance(assembly.GetType(typeof(SonoranClientOptions).FullName!)!);
        var error = Assert.Throws<TargetInvocationException>(
            () => Activator.CreateInstance(assembly.GetType(typeof(SonoranClient).FullName!)!, options));
        return error.InnerException!;
    }
}
