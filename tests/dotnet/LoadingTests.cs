using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Xunit;

namespace Sonoran.Tests;

/// <summary>A native library that is missing, or is another one, is told in words that help.</summary>
public sealed class LoadingTests
{
    [Fact]
    public void A_missing_library_is_told_with_the_platform()
    {
        var error = Construct(() => throw new DllNotFoundException("sonoran_net"));
        Assert.IsType<DllNotFoundException>(error);
        Assert.Contains($"-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}", error.Message);
        Assert.Contains("runtimes/", error.Message);
    }

    [Fact]
    public void Another_library_is_told_as_one_of_another_version()
    {
        var error = Construct(() => NativeLibrary.Load("libc.so.6"));
        Assert.IsType<InvalidOperationException>(error);
        Assert.Contains("different versions", error.Message);
    }

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
