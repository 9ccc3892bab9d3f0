import type { TestSystemd } from '../setup/systemd.js';

/** A package for a real apt: `more` are lines of its control file, `postinst` its script. */
export interface TestPackage {
  readonly name: string;
  readonly version: string;
  readonly more?: string;
  readonly postinst?: string;
  /** What /etc/NAME.conf holds; a settings file. */
  readonly conf?: string;
}

const built = ({ name, version, more = '', postinst, conf }: TestPackage): string => `
  d=$(mktemp -d); chmod 755 $d; mkdir -p $d/DEBIAN $d/usr/share/${name}
  echo ${version} >$d/usr/share/${name}/version
  printf '%s\\n' 'Package: ${name}' 'Version: ${version}' 'Architecture: all' 'Maintainer: Test <test@example.org>' 'Description: test' ${more === '' ? '' : `'${more}'`} >$d/DEBIAN/control
  ${postinst === undefined ? '' : `printf '#!/bin/sh\\n%s\\n' '${postinst}' >$d/DEBIAN/postinst; chmod 755 $d/DEBIAN/postinst`}
  ${conf === undefined ? '' : `mkdir -p $d/etc; echo '${conf}' >$d/etc/${name}.conf; echo /etc/${name}.conf >$d/DEBIAN/conffiles`}
  dpkg-deb -b $d /repository/${name}_${version}.deb >/dev/null`;

const index = `
  cd /repository; : >Packages
  for f in *.deb; do { dpkg-deb -f $f; echo "Filename: ./$f"; echo "Size: $(stat -c %s $f)"; echo "SHA256: $(sha256sum $f | cut -d ' ' -f 1)"; echo; } >>Packages; done
  echo 'deb [trusted=yes] file:/repository ./' >/etc/apt/sources.list; apt-get -q update >/dev/null`;

/** Makes a repository of these packages the only source of a real host's apt. */
export async function offerPackages(host: TestSystemd, packages: readonly TestPackage[]): Promise<void> {
  await host.run(
    `mkdir -p /repository /var/lib/apt/lists/partial /var/cache/apt/archives/partial ${packages.map(built).join('')} ${index}`,
  );
}
